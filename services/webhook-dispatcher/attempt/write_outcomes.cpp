#include "webhook-dispatcher/attempt/write_outcomes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t batch_max = 500;
constexpr duration longest_wait = std::chrono::minutes{1};

lane_news news_of(const outcome& came_to) {
    if (!came_to.attempt) {
        return lane_news::untried;
    }
    return came_to.next.state == delivery_state::delivered ? lane_news::succeeded
                                                           : lane_news::failed;
}

}  // namespace

void outcome_writer::add(ended_attempt ended) {
    waiting_.push_back(std::move(ended));
    bell_.ring();
}

void outcome_writer::close() {
    closing_ = true;
    bell_.ring();
}

runtime::task<> outcome_writer::run() {
    for (;;) {
        if (waiting_.empty()) {
            if (closing_) {
                co_return;
            }
            static_cast<void>(co_await bell_.wait_for(longest_wait));
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
        outcomes.push_back(ended.came_to);
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
            {{"delivery", batch.front().came_to.id.text},
             {"code", lost.error().code},
             {"detail", lost.error().detail}}
        );
        with_.lanes.finished(batch.front().item, lane_news::failed, std::nullopt);
        co_return;
    }
    bool any_dead = false;
    for (const ended_attempt& ended : batch) {
        const bool was_lost = std::ranges::find(*lost, ended.came_to.id) != lost->end();
        any_dead = any_dead || (!was_lost && ended.came_to.next.state == delivery_state::dead);
        note(ended, was_lost);
        with_.lanes.finished(ended.item, news_of(ended.came_to), ended.came_to.pause_until);
    }
    if (any_dead) {
        with_.on_dead();
    }
}

runtime::task<result<std::vector<domain::delivery_id>>> outcome_writer::try_write(
    std::vector<outcome> outcomes
) {
    std::uint32_t failures = 0;
    for (;;) {
        auto lost = co_await with_.deliveries.settle(outcomes);
        const bool again = !lost && lost.error().is_transient();
        if (!again) {
            co_return lost;
        }
        ++failures;
        log_.warning(
            "outcomes not written yet", {{"code", lost.error().code}, {"failures", failures}}
        );
        const auto delay = retry_.delay(failures, with_.randomness.fraction());
        co_await runtime::sleep(delay);
    }
}

void outcome_writer::note(const ended_attempt& ended, bool lost) {
    if (lost) {
        with_.series.leases_lost.increment();
        log_.warning("lease lost, outcome dropped", {{"delivery", ended.came_to.id.text}});
        return;
    }
    if (!ended.came_to.attempt) {
        return;
    }
    const auto took = std::chrono::duration<double>(ended.came_to.attempt->took).count();
    with_.series.attempt_seconds.observe(took);
    switch (ended.came_to.next.state) {
        case delivery_state::delivered:
            with_.series.delivered.increment();
            break;
        case delivery_state::pending:
            with_.series.retried.increment();
            break;
        case delivery_state::dead:
            with_.series.died.increment();
            break;
    }
}

}  // namespace vf::webhook_dispatcher
