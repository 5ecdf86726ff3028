// Every metric of the console. Loop thread.
#pragma once

#include <cstddef>
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

    // What arrived of people who were erased, and was not kept; `topic` without its prefix.
    void erased(std::string_view topic, std::size_t count) const {
        registry_
            .make_counter(
                "vf_console_erased_total", "What arrived of erased people and was not kept",
                {{"topic", std::string{topic}}}
            )
            .increment(static_cast<double>(count));
    }

private:
    telemetry::registry& registry_;
};

}  // namespace vf::console
