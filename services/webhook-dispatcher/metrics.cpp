#include "webhook-dispatcher/metrics.hpp"

namespace vf::webhook_dispatcher {

namespace {

telemetry::counter attempts(telemetry::registry& registry, const char* outcome) {
    return registry.make_counter(
        "vf_dispatcher_attempts_total", "Attempts ended, by outcome", {{"outcome", outcome}}
    );
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : delivered{attempts(registry, "delivered")},
      retried{attempts(registry, "retry")},
      died{attempts(registry, "dead")},
      put_off{registry.make_counter(
          "vf_dispatcher_put_off_total", "Deliveries left untried for a fault of ours"
      )},
      attempt_seconds{registry.make_histogram(
          "vf_dispatcher_attempt_seconds", "Time of one attempt", telemetry::latency_buckets()
      )},
      lanes_waiting{registry.make_gauge(
          "vf_dispatcher_lanes_depth", "Deliveries that wait in lanes for their turn"
      )},
      attempts_running{registry.make_gauge("vf_dispatcher_attempts_running", "Attempts under way")},
      oldest_due_seconds{registry.make_gauge(
          "vf_dispatcher_oldest_due_seconds", "How long the oldest due delivery has waited"
      )},
      events{registry.make_counter("vf_dispatcher_events_total", "Webhook events taken in")},
      nudges{registry.make_counter("vf_dispatcher_nudges_total", "Nudges taken in")},
      nudges_dropped{registry.make_counter(
          "vf_dispatcher_nudges_dropped_total",
          "Nudges for which no lane had room; the sweep follows"
      )},
      resends{registry.make_counter("vf_dispatcher_resends_total", "Deliveries started again")},
      leases_lost{registry.make_counter(
          "vf_dispatcher_leases_lost_total", "Outcomes dropped because the lease was lost"
      )},
      swept{registry.make_counter("vf_dispatcher_swept_total", "Due deliveries found by the sweep")
      },
      dead{registry.make_counter("vf_dispatcher_dead_total", "Dead deliveries published")} {}

}  // namespace vf::webhook_dispatcher
