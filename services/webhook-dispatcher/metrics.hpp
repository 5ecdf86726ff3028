// All metrics of this service.
#pragma once

#include "vf/telemetry/metrics.hpp"

namespace vf::webhook_dispatcher {

struct metrics {
    explicit metrics(telemetry::registry& registry);

    telemetry::counter delivered;  // vf_dispatcher_attempts_total by outcome, as are the next two
    telemetry::counter retried;
    telemetry::counter died;
    telemetry::counter put_off;
    telemetry::histogram attempt_seconds;
    telemetry::gauge lanes_waiting;
    telemetry::gauge attempts_running;
    telemetry::gauge oldest_due_seconds;
    telemetry::counter events;
    telemetry::counter nudges;
    telemetry::counter nudges_dropped;
    telemetry::counter resends;
    telemetry::counter leases_lost;
    telemetry::counter swept;
    telemetry::counter dead;  // published
};

}  // namespace vf::webhook_dispatcher
