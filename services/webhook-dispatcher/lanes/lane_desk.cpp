#include "webhook-dispatcher/lanes/lane_desk.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr duration longest_wait = std::chrono::seconds{1};

}  // namespace

std::size_t lane_desk::offer(const std::vector<lane_item>& items) {
    std::size_t taken = 0;
    for (const lane_item& item : items) {
        if (lanes_.offer(item)) {
            ++taken;
        }
    }
    if (taken > 0) {
        show();
        bell_.ring();
    }
    return taken;
}

std::vector<lane_item> lane_desk::take(std::size_t most) {
    auto taken = lanes_.take(time_.now(), most);
    show();
    return taken;
}

void lane_desk::finished(
    const lane_item& item, lane_news news, std::optional<instant> pause_until
) {
    lanes_.finished(item, news, time_.now());
    if (pause_until) {
        lanes_.pause(item.endpoint, *pause_until);
    }
    show();
    if (lanes_.waiting() > 0) {
        bell_.ring();
    }
}

runtime::task<> lane_desk::wait() {
    duration span = longest_wait;
    if (const auto wake = lanes_.wake_at()) {
        span = std::clamp(*wake - time_.now(), duration{0}, longest_wait);
    }
    static_cast<void>(co_await bell_.wait_for(span));
}

void lane_desk::show() const {
    series_.lanes_waiting.set(static_cast<double>(lanes_.waiting()));
    series_.attempts_running.set(static_cast<double>(lanes_.running()));
}

}  // namespace vf::webhook_dispatcher
