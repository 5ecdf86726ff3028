#include "trigger-evaluator/tick/tick.hpp"

#include <algorithm>
#include <chrono>

namespace vf::trigger_evaluator {

namespace {

double seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

runtime::task<> ticker::run() {
    std::uint32_t failures = 0;
    while (!deps_.stop.raised()) {
        const instant began = deps_.time.now();
        auto done = co_await tick();
        const duration took = deps_.time.now() - began;
        deps_.metrics.tick_seconds.observe(seconds(took));
        healthy_ = done.has_value();
        duration wait = std::max(options_.interval - took, duration{0});
        if (done) {
            failures = 0;
        } else {
            deps_.metrics.ticks_failed.increment();
            const auto again = options_.retry.delay(++failures, deps_.randomness.fraction());
            wait = std::min(options_.interval, again);
            log_.warning(
                "tick failed", {{"code", done.error().code}, {"detail", done.error().detail}}
            );
        }
        static_cast<void>(co_await deps_.stop.wait_for(wait));
    }
}

runtime::task<result<void>> ticker::tick() {
    auto evaluated = co_await evaluate_due();
    // What fired is published even when the evaluation then met an error.
    auto published = co_await deps_.fires.publish_all();
    if (!evaluated) {
        co_return evaluated;
    }
    co_return published;
}

runtime::task<result<void>> ticker::evaluate_due() {
    auto seen = co_await deps_.users.read_backlog();
    if (!seen) {
        co_return forward(seen);
    }
    note(*seen);
    if (!seen->any_due) {
        co_return result<void>{};
    }
    if (auto alone = co_await evaluate_apart(); !alone) {
        co_return alone;
    }
    std::size_t most = options_.slice;
    while (!deps_.stop.raised()) {
        auto done = most > 1 ? co_await deps_.users.evaluate_due(most, users_apart())
                             : co_await evaluate_first();
        if (!done && done.error().kind == failure::data && most > 1) {
            // Somebody among them: the others must not wait for that one.
            most /= 2;
            continue;
        }
        if (!done) {
            co_return forward(done);
        }
        note(*done);
        if (done->users < most) {
            note(backlog{});
            break;
        }
        most = std::min(most * 2, options_.slice);
    }
    co_return result<void>{};
}

// Those whose delay is over, who has waited longest first, and no longer than everybody else can
// spare: a thousand who each run into a time-out would be hours.
runtime::task<result<void>> ticker::evaluate_apart() {
    std::vector<std::pair<std::int64_t, apart>> due;
    for (const auto& [user, each] : apart_) {
        if (each.due_at <= deps_.time.now()) {
            due.emplace_back(user, each);
        }
    }
    std::ranges::sort(due, {}, [](const auto& one) { return one.second.due_at; });
    const instant began = deps_.time.now();
    for (const auto& [user, each] : due) {
        if (deps_.stop.raised() || deps_.time.now() - began >= options_.apart_time) {
            break;
        }
        const duration put_off = delay_of(each.failures + 1);
        auto done = co_await deps_.users.evaluate_alone({.user = user, .put_off = put_off});
        if (!done) {
            co_return forward(done);
        }
        apart_.erase(user);
        set_apart(*done, each.failures + 1, put_off);
        note(*done);
    }
    co_return result<void>{};
}

runtime::task<result<slice>> ticker::evaluate_first() {
    const duration put_off = delay_of(1);
    auto done = co_await deps_.users.evaluate_alone(
        {.user = std::nullopt, .apart = users_apart(), .put_off = put_off}
    );
    if (done) {
        set_apart(*done, 1, put_off);
    }
    co_return done;
}

std::vector<std::int64_t> ticker::users_apart() const {
    std::vector<std::int64_t> users;
    for (const auto& [user, each] : apart_) {
        users.push_back(user);
    }
    return users;
}

duration ticker::delay_of(std::uint32_t failures) {
    return options_.put_off.delay(failures, deps_.randomness.fraction());
}

void ticker::set_apart(const slice& done, std::uint32_t failures, duration put_off) {
    for (const refused_user& refused : done.refused) {
        if (apart_.size() < options_.apart_max) {
            apart_[refused.user_id] = {failures, deps_.time.now() + put_off};
        }
        log_.error(
            "user put off", {{"user_id", refused.user_id},
                             {"seconds", seconds(put_off)},
                             {"failures", failures},
                             {"code", refused.why.code},
                             {"detail", refused.why.detail}}
        );
    }
}

void ticker::note(const backlog& seen) {
    const instant timestamp = deps_.time.now();
    if (!seen.any_marked) {
        marked_since_.reset();
    } else if (!marked_since_) {
        marked_since_ = timestamp;
    }
    const duration marked = marked_since_ ? timestamp - *marked_since_ : duration{0};
    deps_.metrics.oldest_due_seconds.set(seconds(std::max(seen.oldest_timer, marked)));
}

void ticker::note(const slice& done) {
    deps_.metrics.users.increment(static_cast<double>(done.users));
    deps_.metrics.fires.increment(static_cast<double>(done.fires));
    deps_.metrics.cancelled.increment(static_cast<double>(done.cancelled));
    deps_.metrics.users_refused.increment(static_cast<double>(done.refused.size()));
    for (std::size_t i = 0; i < verdict_count; ++i) {
        if (done.verdicts.at(i) > 0) {
            deps_.metrics.verdicts.at(i).increment(static_cast<double>(done.verdicts.at(i)));
        }
    }
    for (const rule_fault& fault : done.faults) {
        deps_.metrics.rules_refused.increment();
        if (logged_faults_.emplace(fault.rule.text, fault.version).second) {
            log_.error(
                "rule left out", {{"rule", fault.rule.text},
                                  {"version", fault.version},
                                  {"code", fault.why.code},
                                  {"detail", fault.why.detail}}
            );
        }
    }
}

}  // namespace vf::trigger_evaluator
