#include "trigger-evaluator/evaluate/rule_kinds.hpp"

#include <algorithm>
#include <array>

namespace vf::trigger_evaluator {

namespace {

constexpr std::array all_kinds{
    rule_kind{"event", read_event},
};

}  // namespace

const rule_kind* find_rule_kind(std::string_view name) {
    const auto* const found = std::ranges::find(all_kinds, name, &rule_kind::name);
    return found == all_kinds.end() ? nullptr : found;
}

}  // namespace vf::trigger_evaluator
