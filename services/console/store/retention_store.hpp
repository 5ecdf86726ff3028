// What keeping only so many days would remove from a project, known before it is done. Pool thread,
// inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct retention_plan {
    std::int64_t days{0};
    instant before{};         // what was received earlier would go
    std::int64_t events{0};   // attached to a user
    std::int64_t waiting{0};  // of no user yet
    std::optional<instant> oldest{};
};

// Without `days`, of the project's own limit. Nothing when there is no such project; without a
// limit nothing would go.
[[nodiscard]] std::optional<retention_plan> plan_retention(
    postgres::transaction& tx, const std::string& project, std::optional<std::int64_t> days,
    instant now
);

}  // namespace vf::console
