#include "vf/runtime/drain_steps.hpp"

#include <algorithm>

namespace vf::runtime {

using steady = std::chrono::steady_clock;

drain_steps::drain_steps(const telemetry::logger& log, vf::duration limit)
    : log_{log}, step_start_{steady::now()}, end_{step_start_ + limit} {}

vf::duration drain_steps::left() const {
    const auto span = std::chrono::duration_cast<vf::duration>(end_ - steady::now());
    return std::max(span, vf::duration::zero());
}

void drain_steps::done(std::string_view step, bool in_time) {
    const auto now = steady::now();
    const std::chrono::duration<double> took = now - step_start_;
    step_start_ = now;
    all_in_time_ = all_in_time_ && in_time;
    log_.info("drain step", {{"step", step}, {"seconds", took.count()}, {"in_time", in_time}});
}

result<void> drain_steps::outcome() const {
    if (!all_in_time_) {
        return fail(failure::transient, "drain_incomplete");
    }
    return {};
}

}  // namespace vf::runtime
