#include "consumer/source_metrics.hpp"

#include <algorithm>

namespace vf::kafka {

source_metrics::source_metrics(telemetry::registry& metrics, const std::vector<std::string>& topics)
    : rebalances{metrics.make_counter(
          "vf_kafka_rebalances_total", "Times partitions were gained, given back or lost"
      )},
      commit_failures{metrics.make_counter(
          "vf_kafka_commit_failures_total", "Offset commits the broker did not take"
      )},
      fenced{metrics.make_counter(
          "vf_kafka_fenced_total", "Times another process joined under our replica id"
      )} {
    for (const std::string& topic : topics) {
        const telemetry::labels labels{{"topic", topic}};
        const auto records =
            metrics.make_counter("vf_kafka_consumer_records_total", "Records received", labels);
        const auto oldest = metrics.make_gauge(
            "vf_kafka_consumer_oldest_seconds",
            "Age of the oldest record received and not committed, 0 without one", labels
        );
        topics_.emplace(topic, topic_metrics{records, oldest});
    }
}

void source_metrics::received(const std::string& topic) const {
    const auto found = topics_.find(topic);
    if (found != topics_.end()) {
        found->second.records.increment();
    }
}

void source_metrics::set_ages(const record_buffer& buffer, instant now) const {
    for (const auto& [topic, metrics] : topics_) {
        const auto oldest = buffer.oldest(topic);
        const vf::duration age = oldest ? std::max(now - *oldest, vf::duration{}) : vf::duration{};
        metrics.oldest.set(std::chrono::duration<double>(age).count());
    }
}

}  // namespace vf::kafka
