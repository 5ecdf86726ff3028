// The metrics of one group source. Loop thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "consumer/record_buffer.hpp"
#include "vf/base/clock.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::kafka {

class source_metrics {
public:
    source_metrics(telemetry::registry& metrics, const std::vector<std::string>& topics);

    void received(const std::string& topic) const;
    void set_ages(const record_buffer& buffer, instant now) const;

    telemetry::counter rebalances;
    telemetry::counter commit_failures;
    telemetry::counter fenced;

private:
    struct topic_metrics {
        telemetry::counter records;
        telemetry::gauge oldest;
    };

    std::map<std::string, topic_metrics, std::less<>> topics_;
};

}  // namespace vf::kafka
