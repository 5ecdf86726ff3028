// What a worker counts; all workers of a group in a process share the series. Projects are no
// label: there may be any number of them. A log line names each project of a batch that had records
// refused, and the quarantine counts them by project.
#pragma once

#include <string_view>

#include "vf/telemetry/metrics.hpp"

namespace vf::consumer {

struct worker_metrics {
    worker_metrics(telemetry::registry& registry, std::string_view group);

    telemetry::counter records;
    telemetry::counter set_aside;
    telemetry::counter refused;
    telemetry::counter deferred;
    telemetry::counter retries;
    telemetry::counter gave_up;
    telemetry::gauge stalled;
    telemetry::histogram batch_seconds;
};

}  // namespace vf::consumer
