// Whether the broker takes what is published, over all loops of the process. After a delivery that
// failed, requests are refused at once; probes find out when it is over, and no customer waits for
// a time-out to learn it. Any thread.
#pragma once

#include <atomic>

#include "vf/base/error.hpp"

namespace vf::ingest_gateway {

class broker_health {
public:
    // Of each call to the sink. A record that is too large, or a full producer, says nothing.
    void note(const result<void>& published) {
        if (published) {
            failing_.store(false, std::memory_order_relaxed);
        } else if (published.error().code == "broker_unavailable") {
            failing_.store(true, std::memory_order_relaxed);
        }
    }

    [[nodiscard]] bool failing() const { return failing_.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> failing_{false};
};

}  // namespace vf::ingest_gateway
