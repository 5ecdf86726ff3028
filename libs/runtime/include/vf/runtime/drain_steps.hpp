// What is left of a drain's time, and a line in the log for each of its steps. A local of an app's
// `drain`: `drain_steps steps{log_, limit};`. Loop thread.
#pragma once

#include <chrono>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::runtime {

class drain_steps {
public:
    drain_steps(const telemetry::logger& log, vf::duration limit);

    // Never negative: a step that starts late gets no time and reports it.
    [[nodiscard]] vf::duration left() const;

    // Logs how long the step took since the one before.
    void done(std::string_view step, bool in_time = true);

    // Errors: transient/drain_incomplete when a step was not in time.
    [[nodiscard]] result<void> outcome() const;

private:
    const telemetry::logger& log_;
    std::chrono::steady_clock::time_point step_start_;
    std::chrono::steady_clock::time_point end_;
    bool all_in_time_{true};
};

}  // namespace vf::runtime
