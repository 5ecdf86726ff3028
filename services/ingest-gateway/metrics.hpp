// The gateway's own series of one loop; loops count into the same series.
#pragma once

#include <map>
#include <utility>

#include "ingest-gateway/api/door.hpp"
#include "vf/base/clock.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

class metrics {
public:
    explicit metrics(telemetry::registry& registry);

    void answered(door at, unsigned status, vf::duration took);

    telemetry::counter records_accepted;
    telemetry::counter unsettled;

private:
    telemetry::registry& registry_;
    std::map<std::pair<door, unsigned>, telemetry::counter> requests_;
    std::map<door, telemetry::histogram> seconds_;
};

}  // namespace vf::ingest_gateway
