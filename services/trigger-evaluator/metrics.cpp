#include "trigger-evaluator/metrics.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace vf::trigger_evaluator {

namespace {

template <std::size_t... Index>
std::array<telemetry::counter, sizeof...(Index)>
by_verdict(telemetry::registry& in, std::index_sequence<Index...>) {
    return {in.make_counter(
        "vf_evaluator_verdicts_total", "Rules judged, by outcome",
        {{"reason", std::string{reason_of(static_cast<verdict>(Index))}}}
    )...};
}

}  // namespace

metrics::metrics(telemetry::registry& in)
    : tick_seconds{in.make_histogram(
          "vf_evaluator_tick_seconds", "Time of one tick", telemetry::latency_buckets()
      )},
      ticks_failed{in.make_counter("vf_evaluator_ticks_failed_total", "Ticks that met an error")},
      users{in.make_counter("vf_evaluator_users_total", "Users evaluated")},
      fires{in.make_counter("vf_evaluator_fires_total", "Fires written")},
      announced{in.make_counter("vf_evaluator_announced_total", "Fires the broker acknowledged")},
      rules_refused{in.make_counter(
          "vf_evaluator_rules_refused_total", "Active rules left out because they cannot be read"
      )},
      oldest_due_seconds{in.make_gauge(
          "vf_evaluator_oldest_due_seconds", "How long the oldest due user has waited"
      )},
      verdicts{by_verdict(in, std::make_index_sequence<verdict_count>{})} {}

}  // namespace vf::trigger_evaluator
