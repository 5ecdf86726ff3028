#include "trigger-evaluator/evaluate/read_rules.hpp"

#include <chrono>
#include <utility>

#include "trigger-evaluator/evaluate/now.hpp"
#include "trigger-evaluator/evaluate/parameters.hpp"
#include "trigger-evaluator/evaluate/rule_kinds.hpp"
#include "vf/json/parse.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr duration default_cooldown = std::chrono::hours{24};
constexpr duration default_fresh_for = std::chrono::hours{24};

refire read_refire(parameters& params) {
    const auto choice = params.choice("refire", {"per_occurrence", "once"}, 0);
    return choice == 0 ? refire::per_occurrence : refire::once;
}

}  // namespace

std::span<const rule> rule_set::of(const domain::project_id& project) const {
    const auto found = by_project.find(project);
    if (found == by_project.end()) {
        return {};
    }
    return found->second;
}

result<rule> read_rule(const rule_row& row) {
    const rule_kind* kind = find_rule_kind(row.kind);
    if (kind == nullptr) {
        return fail(failure::data, "unsupported_kind", row.kind);
    }
    const auto object = json::parse(row.params);
    if (!object || !object->root().is(json::kind::object)) {
        return fail(failure::data, "invalid_parameter", "params");
    }
    parameters params{object->root()};
    rule rule{
        .id = row.id,
        .project = row.project,
        .preset = row.preset,
        .condition = kind->read(params),
        .refire = read_refire(params),
        .cooldown = params.span("cooldown", default_cooldown),
        .fresh_for = params.span("fresh_for", default_fresh_for),
        .active = row.active && row.active_from.has_value(),
        .active_from = row.active_from.value_or(never),
        .version = row.version,
    };
    auto read = params.finish();
    if (!read) {
        return forward(read);
    }
    return rule;
}

rule_set read_rules(std::span<const rule_row> rows) {
    rule_set rule_set;
    for (const rule_row& row : rows) {
        auto read = read_rule(row);
        if (read) {
            rule_set.by_project[row.project].push_back(std::move(*read));
        } else if (row.active) {
            rule_set.faults.push_back({row.id, row.version, std::move(read.error())});
        }
    }
    return rule_set;
}

}  // namespace vf::trigger_evaluator
