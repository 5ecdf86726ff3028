// Every metric of the normaliser beside those of the libraries it uses.
#pragma once

#include "vf/telemetry/metrics.hpp"

namespace vf::normaliser {

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
    telemetry::gauge probe_sent;  // when the last that came through was sent, seconds since 1970
};

}  // namespace vf::normaliser
