// The lanes and what wakes who waits for them: consumers and the sweep offer, `start_attempts`
// waits and takes, `write_outcomes` reports what ended. Loop thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "webhook-dispatcher/lanes/lanes.hpp"
#include "webhook-dispatcher/metrics.hpp"

namespace vf::webhook_dispatcher {

class lane_scheduler {
public:
    lane_scheduler(
        runtime::loop& events, lane_limits limits, const vf::clock& time, const metrics& counters
    )
        : lanes_{limits}, notifier_{events.context()}, time_{time}, metrics_{counters} {}

    // How many found room.
    std::size_t offer(const std::vector<lane_item>& items);
    [[nodiscard]] std::vector<lane_item> take(std::size_t most);
    void finished(const lane_item& item, lane_result news, std::optional<instant> pause_until);

    // Until something may have become startable, or `wake`.
    [[nodiscard]] runtime::task<> wait();

    void wake() { notifier_.notify(); }

    [[nodiscard]] std::vector<std::string> full_endpoints() const {
        return lanes_.full_endpoints();
    }

private:
    void show() const;

    lanes lanes_;
    runtime::notifier notifier_;
    const vf::clock& time_;
    const metrics& metrics_;
};

}  // namespace vf::webhook_dispatcher
