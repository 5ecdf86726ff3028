#include "vf/base/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace vf {

duration backoff::delay(std::uint32_t failures, double fraction) const {
    if (failures == 0) {
        return duration{0};
    }
    duration whole = first;
    // Compared by halves, so that doubling cannot overflow whatever the ceiling is.
    for (std::uint32_t doubled = 1; doubled < failures && whole > duration{0}; ++doubled) {
        if (whole > ceiling / 2) {
            whole = ceiling;
            break;
        }
        whole *= 2;
    }
    whole = std::min(whole, ceiling);
    const duration half = whole / 2;
    const double jitter = fraction * static_cast<double>((whole - half).count());
    return half + duration{static_cast<duration::rep>(std::floor(jitter))};
}

}  // namespace vf
