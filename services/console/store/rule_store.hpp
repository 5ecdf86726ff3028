// Trigger rules of a project. Pool thread, inside a transaction.
#pragma once

#include <optional>
#include <string>

#include "console/store/paging.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

struct rule_row {
    std::string id;
    std::string project;
    std::string kind;
    std::string preset;
    std::string params;  // JSON
    std::string state;   // "paused", "active"
    std::optional<instant> active_from;
    instant created_at{};

    [[nodiscard]] position place() const { return {created_at, id}; }
};

void insert_rule(postgres::transaction& tx, const rule_row& row);
[[nodiscard]] page<rule_row> list_rules(
    postgres::transaction& tx, const std::string& project, const page_request& paging
);
// From `now` on; a rule that is active already stays as it is, lest a second click skip what has
// ripened since the first. Nothing when the project has no such rule, as below.
[[nodiscard]] std::optional<rule_row> activate_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
);
[[nodiscard]] std::optional<rule_row> pause_rule(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

}  // namespace vf::console
