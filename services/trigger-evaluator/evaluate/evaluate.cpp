#include "trigger-evaluator/evaluate/evaluate.hpp"

#include <array>
#include <utility>

#include "trigger-evaluator/evaluate/now.hpp"

namespace vf::trigger_evaluator {

namespace {

// Nothing: the user may be written to. Whose pause ends is marked due by then.
std::optional<verdict> exclusion_of(user_status status) {
    switch (status) {
        case user_status::unsubscribed:
            return verdict::unsubscribed;
        case user_status::suppressed:
            return verdict::suppressed;
        case user_status::paused:
            return verdict::paused;
        case user_status::no_email:
            return verdict::no_email;
        case user_status::active:
            return std::nullopt;
    }
    return std::nullopt;
}

verdict judge(const user_input& user, const rule_input& input, now& clock) {
    if (const auto excluded = exclusion_of(user.status)) {
        return *excluded;
    }
    if (!input.occurrence) {
        return verdict::no_occurrence;
    }
    const rule& rule = input.rule;
    const instant ripe_at = input.occurrence->ripe_at;
    if (!rule.active) {
        // Activation marks nobody: whoever has something ripening is looked at again by then.
        static_cast<void>(clock.reached(ripe_at));
        return verdict::before_activation;
    }
    if (ripe_at <= rule.active_from) {
        return verdict::before_activation;
    }
    const bool fired_once = rule.refire == refire::once && input.ledger.last_at;
    if (input.ledger.this_occurrence || fired_once) {
        return verdict::already_fired;
    }
    if (!clock.reached(ripe_at)) {
        return verdict::not_ripe;
    }
    if (clock.reached(later(ripe_at, rule.fresh_for))) {
        return verdict::stale;
    }
    if (input.ledger.last_at && !clock.reached(later(*input.ledger.last_at, rule.cooldown))) {
        return verdict::cooldown;
    }
    return verdict::fires;
}

}  // namespace

std::optional<user_status> read_status(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, user_status>, 5> names{{
        {"unsubscribed", user_status::unsubscribed},
        {"suppressed", user_status::suppressed},
        {"paused", user_status::paused},
        {"no_email", user_status::no_email},
        {"active", user_status::active},
    }};
    for (const auto& [each, status] : names) {
        if (each == name) {
            return status;
        }
    }
    return std::nullopt;
}

std::string_view reason_of(verdict verdict) {
    switch (verdict) {
        case verdict::fires:
            return "fires";
        case verdict::no_occurrence:
            return "no_occurrence";
        case verdict::unsubscribed:
            return "excluded:unsubscribed";
        case verdict::suppressed:
            return "excluded:suppressed";
        case verdict::paused:
            return "excluded:paused";
        case verdict::no_email:
            return "excluded:no_email";
        case verdict::before_activation:
            return "before_activation";
        case verdict::already_fired:
            return "already_fired";
        case verdict::not_ripe:
            return "not_ripe";
        case verdict::stale:
            return "stale";
        case verdict::cooldown:
            return "cooldown_until";
    }
    return "unknown";
}

void find_occurrences(user_input& user) {
    for (rule_input& input : user.rules) {
        input.occurrence = input.rule.condition->find(user.facts);
    }
}

decision evaluate(user_input user, instant timestamp) {
    decision decision;
    now first{timestamp};
    for (rule_input& input : user.rules) {
        const verdict judged = judge(user, input, first);
        decision.verdicts.push_back(judged);
        if (judged != verdict::fires) {
            continue;
        }
        decision.fires.push_back({
            .rule = input.rule.id,
            .preset = input.rule.preset,
            .rule_version = input.rule.version,
            .occurrence = *input.occurrence,
        });
        input.ledger = {.this_occurrence = true, .last_at = timestamp};
    }
    decision.due = first.due();
    if (!decision.fires.empty()) {
        // A fire changes what the questions are: the next instant comes from the pass in which
        // nothing changed.
        now second{timestamp};
        for (const rule_input& input : user.rules) {
            static_cast<void>(judge(user, input, second));
        }
        decision.due = second.due();
    }
    return decision;
}

}  // namespace vf::trigger_evaluator
