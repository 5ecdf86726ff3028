// Tells a consumer that is stuck from one that has nothing to do. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "vf/base/clock.hpp"

namespace vf::kafka {

class watchdog {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit watchdog(vf::duration limit) : limit_{limit} {}

    // Somebody is on it.
    void touch(time now) {
        if (since_) {
            since_ = now;
        }
    }

    // True when there has been work for `limit`, and since then `commits` has not moved and nobody
    // was on it.
    [[nodiscard]] bool stalled(time now, bool work, std::uint64_t commits) {
        if (!work) {
            since_.reset();
            return false;
        }
        if (!since_ || commits != commits_) {
            since_ = now;
            commits_ = commits;
        }
        return now - *since_ >= limit_;
    }

private:
    vf::duration limit_;
    std::optional<time> since_;
    std::uint64_t commits_{0};
};

}  // namespace vf::kafka
