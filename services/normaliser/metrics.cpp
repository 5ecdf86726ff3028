#include "normaliser/metrics.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "vf/base/assert.hpp"

namespace vf::normaliser {

namespace {

telemetry::counter records(telemetry::registry& registry, const char* outcome) {
    return registry.make_counter(
        "vf_normaliser_records_total", "Ingest records by what became of them",
        {{"outcome", outcome}}
    );
}

telemetry::counter ignored(telemetry::registry& registry, std::size_t kind) {
    return registry.make_counter(
        "vf_mail_ignored_total", "Mail that nobody hears of",
        {{"kind", std::string{ignored_mail_kinds.at(kind)}}}
    );
}

telemetry::histogram visible(telemetry::registry& registry, const char* lane) {
    return registry.make_histogram(
        "vf_accept_to_visible_seconds", "From received at the door to written",
        telemetry::latency_buckets(), {{"lane", lane}}
    );
}

}  // namespace

partition_metrics::partition_metrics(telemetry::registry& registry, std::string_view table)
    : missing{registry.make_gauge(
          "vf_partitions_missing", "Partitions that could not be made for the rows in their place",
          {{"table", std::string{table}}}
      )},
      strays{registry.make_gauge(
          "vf_partition_strays", "Rows in the default partition, as far as a thousand",
          {{"table", std::string{table}}}
      )},
      failures{registry.make_counter(
          "vf_partition_failures_total", "Rounds in which partitions of the table were not made",
          {{"table", std::string{table}}}
      )} {}

metrics::metrics(telemetry::registry& registry)
    : users{records(registry, "user")},
      events{records(registry, "event")},
      repeats{records(registry, "repeat")},
      erased{records(registry, "erased")},
      attached{registry.make_counter(
          "vf_normaliser_attached_total", "Events that waited for their user and were attached"
      )},
      claims_expired{registry.make_counter(
          "vf_normaliser_claims_expired_total", "Claims removed because nothing older comes again"
      )},
      mail_announced{registry.make_counter(
          "vf_normaliser_mail_announced_total", "Mail outcomes published as webhook events"
      )},
      mail_ignored{
          ignored(registry, 0), ignored(registry, 1), ignored(registry, 2), ignored(registry, 3)
      },
      live_visible{visible(registry, "live")},
      backfill_visible{visible(registry, "backfill")},
      probe_visible{visible(registry, "probe")},
      partitions{
          partition_metrics{registry, partitioned_tables[0]},
          partition_metrics{registry, partitioned_tables[1]},
          partition_metrics{registry, partitioned_tables[2]}
      },
      probe_sent{registry.make_gauge(
          "vf_probe_sent_timestamp_seconds", "When the last probe that came through was sent"
      )} {}

void metrics::count_ignored(std::string_view kind) const {
    const auto* const found = std::ranges::find(ignored_mail_kinds, kind);
    VF_ASSERT(found != ignored_mail_kinds.end());
    mail_ignored.at(static_cast<std::size_t>(found - ignored_mail_kinds.begin())).increment();
}

}  // namespace vf::normaliser
