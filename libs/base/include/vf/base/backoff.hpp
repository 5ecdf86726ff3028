// How long to wait before the next try of something that failed for the environment's sake:
// doubling from `first` up to `ceiling`, with full jitter above half of it. Pure; any thread.
#pragma once

#include <cstdint>

#include "vf/base/clock.hpp"

namespace vf {

struct backoff {
    duration first{std::chrono::milliseconds{50}};
    duration ceiling{std::chrono::seconds{5}};

    // `failures` counts from 1; `fraction` is uniform in [0, 1).
    [[nodiscard]] duration delay(std::uint32_t failures, double fraction) const;
};

}  // namespace vf
