#include "webhook-dispatcher/attempt/write_outcomes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t batch_max = 500;
constexpr duration longest_wait = std::chrono::minutes{1};

lane_result result_of(const outcome& outcome) {
    if (!outcome.attempt) {
        return lane_result::untried;
    }
    return outcome.next.state == delivery_state::delivered ? lane_result::succeeded
                                                           : lane_result::failed;
}

}  // namespace

void outcome_writer::add(ended_attempt ended) {
    waiting_.push_back(std::move(ended));
    notifier_.notify();
}

void outcome_writer::close() {
    closing_ = true;
    notifier_.notify();
}

runtime::task<> outcome_writer::run() {
    for (;;) {
        if (waiting_.empty()) {
            if (closing_) {
                co_return;
            }
            static_cast<void>(co_await notifier_.wait_for(longest_wait));
            continue;
        }
        const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), batch_max));
        std::vector<ended_attempt> batch(
            std::make_move_iterator(waiting_.begin()),
            std::make_move_iterator(waiting_.begin() + count)
        );
        waiting_.erase(waiting_.begin(), waiting_.begin() + count);
        co_await write(std::move(batch));
    }
}

runtime::task<> outcome_writer::write(std::vector<ended_attempt> batch) {
    std::vector<outcome> outcomes;
    for (const ended_attempt& ended : batch) {
        outcomes.push_back(ended.outcome);
    }
    auto lost = co_await try_write(std::move(outcomes));
    if (!lost && batch.size() > 1) {
        // One of them is impossible: it must not take the others along.
        for (ended_attempt& ended : batch) {
            std::vector<ended_attempt> alone;
            alone.push_back(std::move(ended));
            co_await write(std::move(alone));
        }
        co_return;
    }
    if (!lost) {
        log_.error(
            "outcome not written: the delivery is tried again when its lease ends",
            {{"delivery", batch.front().outcome.id.text},
             {"code", lost.error().code},
             {"detail", lost.error().detail}}
        );
        deps_.lanes.finished(batch.front().item, lane_result::failed, std::nullopt);
        co_return;
    }
    bool any_dead = false;
    for (const ended_attempt& ended : batch) {
        const bool was_lost = std::ranges::find(*lost, ended.outcome.id) != lost->end();
        any_dead = any_dead || (!was_lost && ended.outcome.next.state == delivery_state::dead);
        note(ended, was_lost);
        deps_.lanes.finished(ended.item, result_of(ended.outcome), ended.outcome.pause_until);
    }
    if (any_dead) {
        deps_.on_dead();
    }
}

runtime::task<result<std::vector<domain::delivery_id>>> outcome_writer::try_write(
    std::vector<outcome> outcomes
) {
    std::uint32_t failures = 0;
    for (;;) {
        auto lost = co_await deps_.deliveries.record_outcomes(outcomes);
        const bool again = !lost && lost.error().is_transient();
        if (!again) {
            co_return lost;
        }
        ++failures;
        log_.warning(
            "outcomes not written yet", {{"code", lost.error().code}, {"failures", failures}}
        );
        const auto delay = retry_.delay(failures, deps_.randomness.fraction());
        co_await runtime::sleep(delay);
    }
}

void outcome_writer::note(const ended_attempt& ended, bool lost) {
    if (lost) {
        deps_.metrics.leases_lost.increment();
        log_.warning("lease lost, outcome dropped", {{"delivery", ended.outcome.id.text}});
        return;
    }
    if (ended.outcome.put_off) {
        deps_.metrics.put_off.increment();
        log_.warning(
            "put off", {{"delivery", ended.outcome.id.text}, {"code", *ended.outcome.put_off}}
        );
    }
    if (!ended.outcome.attempt) {
        return;
    }
    const auto took = std::chrono::duration<double>(ended.outcome.attempt->took).count();
    deps_.metrics.attempt_seconds.observe(took);
    switch (ended.outcome.next.state) {
        case delivery_state::delivered:
            deps_.metrics.delivered.increment();
            break;
        case delivery_state::pending:
            deps_.metrics.retried.increment();
            break;
        case delivery_state::dead:
            deps_.metrics.died.increment();
            break;
    }
}

}  // namespace vf::webhook_dispatcher
