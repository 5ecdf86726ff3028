// All metrics of this service.
#pragma once

#include <array>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::trigger_evaluator {

struct metrics {
    explicit metrics(telemetry::registry& registry);

    telemetry::histogram tick_seconds;
    telemetry::counter ticks_failed;
    telemetry::counter users;
    telemetry::counter users_refused;
    telemetry::counter fires;
    telemetry::counter cancelled;
    telemetry::counter published;
    telemetry::counter rules_refused;
    telemetry::gauge oldest_due_seconds;
    std::array<telemetry::counter, verdict_count> verdicts;  // by `verdict`
};

}  // namespace vf::trigger_evaluator
