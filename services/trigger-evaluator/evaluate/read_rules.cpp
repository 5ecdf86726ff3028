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

result<duration> read_duration(const json::member& member) {
    if (!member.value.is(json::kind::string)) {
        return invalid(member.name);
    }
    auto span = parse_duration(member.value.text);
    if (!span || *span < duration{0}) {
        return invalid(member.name);
    }
    return span;
}

result<void> read_parameter(const json::member& member, domain::event_rule& event_rule) {
    if (member.name == "event") {
        if (!member.value.is(json::kind::string) || member.value.text.empty()) {
            return invalid(member.name);
        }
        event_rule.event_name = member.value.text;
        return {};
    }
    if (member.name == "refire") {
        const bool once = member.value.is(json::kind::string) && member.value.text == "once";
        const bool each =
            member.value.is(json::kind::string) && member.value.text == "per_occurrence";
        if (!once && !each) {
            return invalid(member.name);
        }
        event_rule.refire = once ? domain::refire::once : domain::refire::per_occurrence;
        return {};
    }
    duration domain::event_rule::* const span =
        member.name == "delay"       ? &domain::event_rule::delay
        : member.name == "cooldown"  ? &domain::event_rule::cooldown
        : member.name == "fresh_for" ? &domain::event_rule::fresh_for
                                     : nullptr;
    if (span == nullptr) {
        // What the rule asks for and we do not know would otherwise be silently left undone.
        return fail(failure::data, "unsupported_parameter", member.name);
    }
    auto read = read_duration(member);
    if (!read) {
        return forward(read);
    }
    event_rule.*span = *read;
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
    watched_rule watched_rule;
    watched_rule.rule.id = row.id;
    watched_rule.rule.project = row.project;
    watched_rule.rule.preset = row.preset;
    watched_rule.rule.cooldown = default_cooldown;
    watched_rule.rule.fresh_for = default_fresh_for;
    for (const json::member& member : params->members) {
        auto read = read_parameter(member, watched_rule.rule);
        if (!read) {
            return forward(read);
        }
    }
    if (watched_rule.rule.event_name.empty()) {
        return invalid("event");
    }
    watched_rule.active = row.active && row.active_from.has_value();
    watched_rule.rule.active_from = row.active_from.value_or(never);
    watched_rule.version = row.version;
    return watched_rule;
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
