// The kinds of rules: how the parameters of each are read, and so how it is evaluated. One is a
// file in kinds/, its reader declared here, and a line of the table in rule_kinds.cpp. Pure; any
// thread.
#pragma once

#include <memory>
#include <string_view>

#include "trigger-evaluator/evaluate/parameters.hpp"
#include "trigger-evaluator/evaluate/rule.hpp"

namespace vf::trigger_evaluator {

struct rule_kind {
    std::string_view name;  // as in `rules.kind`
    // Faults stay in the parameters. The condition is used only when there is none.
    std::shared_ptr<const rule_condition> (*read)(parameters& params);
};

// Null when there is none of that name.
[[nodiscard]] const rule_kind* find_rule_kind(std::string_view name);

// Fires when the latest event of that name has been quiet for `delay`.
[[nodiscard]] std::shared_ptr<const rule_condition> read_event(parameters& params);

}  // namespace vf::trigger_evaluator
