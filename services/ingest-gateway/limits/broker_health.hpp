// Whether the broker takes what is published, over all loops of the process. After a delivery that
// failed while none succeeded, requests are refused at once; probes find out when it is over, and
// no customer waits for a time-out to learn it. One partition that cannot be written, beside others
// that can, is no such failure. Any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "vf/base/error.hpp"

namespace vf::ingest_gateway {

class broker_health {
public:
    // How many deliveries had succeeded when one was sent.
    using mark = std::uint64_t;

    // Before each call to the sink.
    [[nodiscard]] mark sending() const { return succeeded_.load(std::memory_order_relaxed); }

    // Of that call. A record that is too large, or a full producer, says nothing.
    void note(const result<void>& published, mark sent) {
        if (published) {
            succeeded_.fetch_add(1, std::memory_order_relaxed);
            failing_.store(false, std::memory_order_relaxed);
        } else if (published.error().code == "broker_unavailable" && sent == sending()) {
            failing_.store(true, std::memory_order_relaxed);
        }
    }

    [[nodiscard]] bool failing() const { return failing_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> succeeded_{0};
    std::atomic<bool> failing_{false};
};

}  // namespace vf::ingest_gateway
