// Every series of the console.
#pragma once

#include <string>
#include <string_view>

#include "vf/telemetry/metrics.hpp"

namespace vf::console {

class console_metrics {
public:
    explicit console_metrics(telemetry::registry& in) : in_{in} {}

    // `route` is the pattern, never the path: labels stay few.
    void answered(std::string_view route, unsigned status) const {
        in_.make_counter(
               "vf_console_requests_total", "Requests answered by the console API",
               {{"route", std::string{route}}, {"status", std::to_string(status)}}
        ).increment();
    }

    void set_aside(std::string_view topic, double records) const {
        in_.make_counter(
               "vf_console_set_aside_total", "Records kept of quarantine and dead letters",
               {{"topic", std::string{topic}}}
        ).increment(records);
    }

private:
    telemetry::registry& in_;
};

}  // namespace vf::console
