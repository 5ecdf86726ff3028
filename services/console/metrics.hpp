// Every metric of the console. Loop thread.
#pragma once

#include <string>
#include <string_view>

#include "vf/telemetry/metrics.hpp"

namespace vf::console {

class console_metrics {
public:
    explicit console_metrics(telemetry::registry& registry) : registry_{registry} {}

    // `route` is the pattern, never the path: labels stay few.
    void answered(std::string_view route, unsigned status) const {
        registry_
            .make_counter(
                "vf_console_requests_total", "Requests answered by the console API",
                {{"route", std::string{route}}, {"status", std::to_string(status)}}
            )
            .increment();
    }

private:
    telemetry::registry& registry_;
};

}  // namespace vf::console
