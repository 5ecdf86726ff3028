// The only way rules meet time. There is no getter: a rule can ask whether a boundary is reached,
// and every boundary that is not becomes the instant at which the user must be looked at again. So
// no outcome can depend on time without leaving that mark. Pure; one evaluation, one object.
#pragma once

#include <algorithm>

#include "vf/base/clock.hpp"

namespace vf::trigger_evaluator {

// Nothing is due before facts change.
inline constexpr instant never = instant::max();

class now {
public:
    explicit now(instant timestamp) : timestamp_{timestamp} {}

    [[nodiscard]] bool reached(instant boundary) {
        if (boundary > timestamp_) {
            due_ = std::min(due_, boundary);
            return false;
        }
        return true;
    }

    // The earliest boundary that was asked for and not reached.
    [[nodiscard]] instant due() const { return due_; }

private:
    instant timestamp_;
    instant due_{never};
};

// Ends at `never` rather than beyond the end of time.
[[nodiscard]] constexpr instant later(instant timestamp, duration by) {
    if (by > duration{0} && timestamp > never - by) {
        return never;
    }
    return timestamp + by;
}

}  // namespace vf::trigger_evaluator
