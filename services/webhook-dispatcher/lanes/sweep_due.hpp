// Finds due deliveries that no nudge brought here: retries, what a full lane turned away, what a
// crash left behind. Loop thread.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "webhook-dispatcher/lanes/lane_scheduler.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

struct sweep_dependencies {
    store& deliveries;
    lane_scheduler& lanes;
    runtime::signal& stop;
    const metrics& metrics;
};

class sweeper {
public:
    sweeper(sweep_dependencies deps, duration interval) : deps_{deps}, interval_{interval} {}

    // Until stop is raised.
    [[nodiscard]] runtime::task<> run();

    // One sweep: goes on where the last one had to end. True when there may be more at once,
    // and some of this was new. Errors: those of the store.
    [[nodiscard]] runtime::task<result<bool>> sweep();

    [[nodiscard]] bool healthy() const { return healthy_; }

private:
    sweep_dependencies deps_;
    duration interval_;
    telemetry::logger log_{"sweep_due"};
    sweep_cursor next_;
    bool healthy_{false};
};

}  // namespace vf::webhook_dispatcher
