#include "trigger-evaluator/metrics.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace vf::trigger_evaluator {

namespace {

template <std::size_t... Index>
std::array<telemetry::counter, sizeof...(Index)>
by_verdict(telemetry::registry& registry, std::index_sequence<Index...>) {
    return {registry.make_counter(
        "vf_evaluator_verdicts_total", "Rules judged, by outcome",
        {{"reason", std::string{reason_of(static_cast<verdict>(Index))}}}
    )...};
}

}  // namespace

metrics::metrics(telemetry::registry& registry)
    : tick_seconds{registry.make_histogram(
          "vf_evaluator_tick_seconds", "Time of one tick", telemetry::latency_buckets()
      )},
      ticks_failed{
          registry.make_counter("vf_evaluator_ticks_failed_total", "Ticks that met an error")
      },
      users{registry.make_counter("vf_evaluator_users_total", "Users evaluated")},
      users_refused{registry.make_counter(
          "vf_evaluator_users_refused_total", "Users put off because evaluating them is refused"
      )},
      fires{registry.make_counter("vf_evaluator_fires_total", "Fires written")},
      cancelled{registry.make_counter(
          "vf_evaluator_drafts_cancelled_total",
          "Drafts of users who may not be written to any more"
      )},
      published{
          registry.make_counter("vf_evaluator_announced_total", "Fires the broker acknowledged")
      },
      rules_refused{registry.make_counter(
          "vf_evaluator_rules_refused_total", "Active rules left out because they cannot be read"
      )},
      oldest_due_seconds{registry.make_gauge(
          "vf_evaluator_oldest_due_seconds", "How long the oldest due user has waited"
      )},
      verdicts{by_verdict(registry, std::make_index_sequence<verdict_count>{})} {}

}  // namespace vf::trigger_evaluator
