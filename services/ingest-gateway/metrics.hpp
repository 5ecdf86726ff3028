// The gateway's metrics. Each worker has its own object over the same counters. Loop thread.
#pragma once

#include <map>
#include <utility>

#include "ingest-gateway/api/route_traits.hpp"
#include "vf/base/clock.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class metrics {
public:
    explicit metrics(telemetry::registry& registry);

    void answered(route_id route, unsigned status, vf::duration took);

    telemetry::counter records_accepted;
    telemetry::counter unverified;

private:
    telemetry::registry& registry_;
    std::map<std::pair<route_id, unsigned>, telemetry::counter> requests_;
    std::map<route_id, telemetry::histogram> seconds_;
};

}  // namespace vf::ingest_gateway
