// Figures of the pipeline as the database knows them, and what became of one draft. Read only. Pool
// thread, inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

// What waits at one stage past its time, and how long its oldest has.
struct stage_row {
    std::string stage;
    std::int64_t waiting{0};
    double oldest_seconds{0};
};

[[nodiscard]] std::vector<stage_row> read_pipeline(postgres::transaction& tx, instant now);

struct fire_row {
    std::string id;
    std::string rule;
    std::string occurrence;
    instant fired_at{};
    std::string explain;  // JSON
    std::optional<instant> announced_at;
};

struct outcome_row {
    std::string event;
    std::string type;
    instant occurred_at{};
};

[[nodiscard]] std::optional<fire_row> find_fire_of_draft(
    postgres::transaction& tx, const std::string& draft
);
// What became of the mail of a draft, in order of time.
[[nodiscard]] std::vector<outcome_row> outcomes_of_draft(
    postgres::transaction& tx, const std::string& draft
);

}  // namespace vf::console
