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

// Mail that nobody hears of.
inline constexpr std::array<std::string_view, 4> ignored_mail_kinds{
    "Delivery", "SubscriptionChange", "Bounce", "machine_mail"
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
    std::array<telemetry::counter, ignored_mail_kinds.size()> mail_ignored;  // in that order
    telemetry::histogram live_visible;
    telemetry::histogram backfill_visible;
    telemetry::histogram probe_visible;
    std::array<partition_metrics, partitioned_tables.size()> partitions;  // in that order
    telemetry::gauge probe_sent;  // when the last that came through was sent, seconds since 1970

    // `kind` is one of those.
    void count_ignored(std::string_view kind) const;
};

}  // namespace vf::normaliser
