#include "webhook-dispatcher/lanes/lane_scheduler.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr duration longest_wait = std::chrono::seconds{1};

}  // namespace

std::size_t lane_scheduler::offer(const std::vector<lane_item>& items) {
    std::size_t taken = 0;
    for (const lane_item& item : items) {
        if (lanes_.offer(item)) {
            ++taken;
        }
    }
    if (taken > 0) {
        show();
        notifier_.notify();
    }
    return taken;
}

std::vector<lane_item> lane_scheduler::take(std::size_t most) {
    auto items = lanes_.take(time_.now(), most);
    show();
    return items;
}

void lane_scheduler::finished(
    const lane_item& item, lane_result news, std::optional<instant> pause_until
) {
    // Before it has finished: an idle lane may be forgotten, with what is known of its endpoint.
    if (pause_until) {
        lanes_.pause(item, *pause_until);
    }
    lanes_.finished(item, news, time_.now());
    show();
    if (lanes_.waiting() > 0) {
        notifier_.notify();
    }
}

runtime::task<> lane_scheduler::wait() {
    duration span = longest_wait;
    if (const auto wake = lanes_.wake_at()) {
        span = std::clamp(*wake - time_.now(), duration{0}, longest_wait);
    }
    static_cast<void>(co_await notifier_.wait_for(span));
}

void lane_scheduler::show() const {
    metrics_.lanes_waiting.set(static_cast<double>(lanes_.waiting()));
    metrics_.attempts_running.set(static_cast<double>(lanes_.running()));
}

}  // namespace vf::webhook_dispatcher
