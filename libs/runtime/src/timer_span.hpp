// A span that a steady timer can take: Asio adds it to its clock in nanoseconds, where the
// longest spans of microseconds would overflow.
#pragma once

#include <algorithm>
#include <chrono>

#include "vf/base/clock.hpp"

namespace vf::runtime {

inline std::chrono::steady_clock::duration timer_span(vf::duration span) {
    constexpr vf::duration longest = std::chrono::hours{24 * 365 * 10};
    return std::clamp(span, vf::duration::zero(), longest);
}

}  // namespace vf::runtime
