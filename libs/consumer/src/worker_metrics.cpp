#include "vf/consumer/worker_metrics.hpp"

#include <string>

namespace vf::consumer {

namespace {

telemetry::labels labels_of(std::string_view group) {
    return {{"consumer", std::string{group}}};
}

}  // namespace

worker_metrics::worker_metrics(telemetry::registry& registry, std::string_view group)
    : records{registry.make_counter(
          "vf_consumer_records_total", "Records processed", labels_of(group)
      )},
      set_aside{registry.make_counter(
          "vf_consumer_set_aside_total", "Records that went to quarantine", labels_of(group)
      )},
      refused{registry.make_counter(
          "vf_consumer_refused_total",
          "Records among them that the database refused for their content, or our code failed on",
          labels_of(group)
      )},
      deferred{registry.make_counter(
          "vf_consumer_deferred_total",
          "Records put back on a topic because their project's bad records took too long",
          labels_of(group)
      )},
      retries{registry.make_counter(
          "vf_consumer_retries_total", "Tries repeated because the environment failed",
          labels_of(group)
      )},
      gave_up{registry.make_counter(
          "vf_consumer_gave_up_total", "Times a batch was put off because of what is our fault",
          labels_of(group)
      )},
      stalled{registry.make_gauge(
          "vf_consumer_stalled", "Members that stand still before a batch", labels_of(group)
      )},
      batch_seconds{registry.make_histogram(
          "vf_consumer_batch_seconds", "From a batch in hand to its offsets committed",
          telemetry::latency_buckets(), labels_of(group)
      )} {}

}  // namespace vf::consumer
