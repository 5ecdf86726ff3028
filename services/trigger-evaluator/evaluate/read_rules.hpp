// Rows of the table `rules` to rules that can be evaluated. A row that cannot be read is left out
// and reported: one bad rule never stops the others. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trigger-evaluator/evaluate/rule.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/domain/ids.hpp"

namespace vf::trigger_evaluator {

struct rule_row {
    domain::rule_id id;
    domain::project_id project;
    std::string kind;
    std::string preset;
    std::string params;  // JSON
    bool active{false};
    std::optional<instant> active_from;
    std::int64_t version{0};
};

struct rule_fault {
    domain::rule_id rule;
    std::int64_t version{0};
    error why;
};

struct rule_set {
    std::map<domain::project_id, std::vector<rule>> by_project;
    std::vector<rule_fault> faults;  // of active rules

    [[nodiscard]] std::span<const rule> of(const domain::project_id& project) const;
};

[[nodiscard]] rule_set read_rules(std::span<const rule_row> rows);

// Errors, of kind data: unsupported_kind, unsupported_parameter, invalid_parameter.
[[nodiscard]] result<rule> read_rule(const rule_row& row);

}  // namespace vf::trigger_evaluator
