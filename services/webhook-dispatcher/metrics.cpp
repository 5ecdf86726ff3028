#include "webhook-dispatcher/metrics.hpp"

namespace vf::webhook_dispatcher {

namespace {

telemetry::counter attempts(telemetry::registry& in, const char* outcome) {
    return in.make_counter(
        "vf_dispatcher_attempts_total", "Attempts ended, by outcome", {{"outcome", outcome}}
    );
}

}  // namespace

metrics::metrics(telemetry::registry& in)
    : delivered{attempts(in, "delivered")},
      retried{attempts(in, "retry")},
      died{attempts(in, "dead")},
      attempt_seconds{in.make_histogram(
          "vf_dispatcher_attempt_seconds", "Time of one attempt", telemetry::latency_buckets()
      )},
      lanes_waiting{
          in.make_gauge("vf_dispatcher_lanes_depth", "Deliveries that wait in lanes for their turn")
      },
      attempts_running{in.make_gauge("vf_dispatcher_attempts_running", "Attempts under way")},
      oldest_due_seconds{in.make_gauge(
          "vf_dispatcher_oldest_due_seconds", "How long the oldest due delivery has waited"
      )},
      events{in.make_counter("vf_dispatcher_events_total", "Webhook events taken in")},
      nudges{in.make_counter("vf_dispatcher_nudges_total", "Nudges taken in")},
      nudges_dropped{in.make_counter(
          "vf_dispatcher_nudges_dropped_total",
          "Nudges for which no lane had room; the sweep follows"
      )},
      resends{in.make_counter("vf_dispatcher_resends_total", "Deliveries started again")},
      leases_lost{in.make_counter(
          "vf_dispatcher_leases_lost_total", "Outcomes dropped because the lease was lost"
      )},
      swept{in.make_counter("vf_dispatcher_swept_total", "Due deliveries found by the sweep")},
      dead{in.make_counter("vf_dispatcher_dead_total", "Dead deliveries announced")},
      set_aside{in.make_counter(
          "vf_dispatcher_set_aside_total", "Records quarantined because they cannot be decoded"
      )} {}

}  // namespace vf::webhook_dispatcher
