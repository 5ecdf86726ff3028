#include "trigger-evaluator/evaluate/read_rules.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "trigger-evaluator/tick/now.hpp"
#include "vf/base/time_text.hpp"
#include "vf/json/parse.hpp"

namespace vf::trigger_evaluator {

namespace {

constexpr duration default_cooldown = std::chrono::hours{24};
constexpr duration default_fresh_for = std::chrono::hours{24};

std::unexpected<error> invalid(std::string_view name) {
    return fail(failure::data, "invalid_parameter", std::string{name});
}

result<duration> read_duration(const json::member& given) {
    if (!given.value.is(json::kind::string)) {
        return invalid(given.name);
    }
    auto span = parse_duration(given.value.text);
    if (!span || *span < duration{0}) {
        return invalid(given.name);
    }
    return span;
}

result<void> read_parameter(const json::member& given, domain::event_rule& into) {
    if (given.name == "event") {
        if (!given.value.is(json::kind::string) || given.value.text.empty()) {
            return invalid(given.name);
        }
        into.event_name = given.value.text;
        return {};
    }
    if (given.name == "refire") {
        const bool once = given.value.is(json::kind::string) && given.value.text == "once";
        const bool each =
            given.value.is(json::kind::string) && given.value.text == "per_occurrence";
        if (!once && !each) {
            return invalid(given.name);
        }
        into.refire = once ? domain::refire::once : domain::refire::per_occurrence;
        return {};
    }
    duration domain::event_rule::* const span =
        given.name == "delay"       ? &domain::event_rule::delay
        : given.name == "cooldown"  ? &domain::event_rule::cooldown
        : given.name == "fresh_for" ? &domain::event_rule::fresh_for
                                    : nullptr;
    if (span == nullptr) {
        // What the rule asks for and we do not know would otherwise be silently left undone.
        return fail(failure::data, "unsupported_parameter", given.name);
    }
    auto read = read_duration(given);
    if (!read) {
        return forward(read);
    }
    into.*span = *read;
    return {};
}

}  // namespace

std::span<const watched_rule> rule_set::of(const domain::project_id& project) const {
    const auto found = by_project.find(project);
    if (found == by_project.end()) {
        return {};
    }
    return found->second;
}

result<watched_rule> read_rule(const rule_row& row) {
    if (row.kind != "event") {
        return fail(failure::data, "unsupported_kind", row.kind);
    }
    auto params = json::parse(row.params);
    if (!params || !params->is(json::kind::object)) {
        return invalid("params");
    }
    watched_rule made;
    made.rule.id = row.id;
    made.rule.project = row.project;
    made.rule.preset = row.preset;
    made.rule.cooldown = default_cooldown;
    made.rule.fresh_for = default_fresh_for;
    for (const json::member& given : params->members) {
        auto read = read_parameter(given, made.rule);
        if (!read) {
            return forward(read);
        }
    }
    if (made.rule.event_name.empty()) {
        return invalid("event");
    }
    made.active = row.active && row.active_from.has_value();
    made.rule.active_from = row.active_from.value_or(never);
    made.version = row.version;
    return made;
}

rule_set read_rules(std::span<const rule_row> rows) {
    rule_set made;
    for (const rule_row& row : rows) {
        auto read = read_rule(row);
        if (read) {
            made.by_project[row.project].push_back(std::move(*read));
        } else if (row.active) {
            made.faults.push_back({row.id, row.version, std::move(read.error())});
        }
    }
    return made;
}

}  // namespace vf::trigger_evaluator
