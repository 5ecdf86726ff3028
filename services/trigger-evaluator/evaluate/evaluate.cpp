#include "trigger-evaluator/evaluate/evaluate.hpp"

#include <algorithm>
#include <utility>

#include "trigger-evaluator/tick/now.hpp"

namespace vf::trigger_evaluator {

namespace {

verdict judge(const user_input& user, const rule_input& input, now& clock) {
    if (!user.subscribed) {
        return verdict::excluded;
    }
    if (!input.last) {
        return verdict::no_occurrence;
    }
    const domain::event_rule& rule = input.watched.rule;
    const instant ripe_at = later(input.last->effective_at(), rule.delay);
    if (!input.watched.active) {
        // Activation marks nobody: whoever has something ripening is looked at again by then.
        static_cast<void>(clock.reached(ripe_at));
        return verdict::before_activation;
    }
    if (ripe_at <= rule.active_from) {
        return verdict::before_activation;
    }
    const bool fired_once = rule.refire == domain::refire::once && input.ledger.last_at;
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

instant last_event::effective_at() const {
    return std::min(occurred_at, attached_at);
}

std::string_view reason_of(verdict verdict) {
    switch (verdict) {
        case verdict::fires:
            return "fires";
        case verdict::no_occurrence:
            return "no_occurrence";
        case verdict::excluded:
            return "excluded:unsubscribed";
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

std::string occurrence_key(const last_event& event) {
    return event.record.uuid();
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
        const domain::event_rule& rule = input.watched.rule;
        decision.fires.push_back({
            .rule = rule.id,
            .preset = rule.preset,
            .rule_version = input.watched.version,
            .occurrence = *input.last,
            .ripe_at = later(input.last->effective_at(), rule.delay),
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
