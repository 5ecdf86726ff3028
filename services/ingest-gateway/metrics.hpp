// Every series of the gateway.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "vf/base/clock.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::ingest_gateway {

enum class door { users, events, batch, postmark };

class metrics {
public:
    explicit metrics(telemetry::registry& registry);

    void answered(door at, unsigned status, vf::duration took);

    telemetry::counter records_accepted;

private:
    telemetry::registry& registry_;
    std::map<std::pair<door, unsigned>, telemetry::counter> requests_;
    std::map<door, telemetry::histogram> seconds_;
};

}  // namespace vf::ingest_gateway
