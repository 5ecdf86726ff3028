// Every metric of the normaliser beside those of the libraries it uses.
#pragma once

#include <array>
#include <string_view>

#include "vf/telemetry/metrics.hpp"

namespace vf::normaliser {

// Whose partitions the normaliser looks after; the function partition_plans() says by what.
inline constexpr std::array<std::string_view, 3> partitioned_tables{
    "natural_claims", "event_rows", "attempts"
};

struct partition_metrics {
    partition_metrics(telemetry::registry& registry, std::string_view table);

    telemetry::gauge missing;
    telemetry::gauge strays;
    telemetry::counter failures;
};

struct metrics {
    explicit metrics(telemetry::registry& registry);

    telemetry::counter users;
    telemetry::counter events;
    telemetry::counter repeats;
    telemetry::counter erased;
    telemetry::counter attached;
    telemetry::counter claims_expired;
    telemetry::counter mail_announced;
    telemetry::counter mail_ignored;
    telemetry::histogram live_visible;
    telemetry::histogram backfill_visible;
    telemetry::histogram probe_visible;
    std::array<partition_metrics, partitioned_tables.size()> partitions;  // in that order
    telemetry::gauge probe_sent;  // when the last that came through was sent, seconds since 1970
};

}  // namespace vf::normaliser
