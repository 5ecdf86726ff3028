// Takes from the lanes what may start, leases those rows in one batch, and starts an attempt for
// each. Nothing is leased that is not started at once. Loop thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vf/base/backoff.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "webhook-dispatcher/attempt/attempt.hpp"
#include "webhook-dispatcher/attempt/write_outcomes.hpp"
#include "webhook-dispatcher/lanes/lane_scheduler.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

struct starter_dependencies {
    store& deliveries;
    lane_scheduler& lanes;
    outcome_writer& outcomes;
    runtime::task_group& attempts;  // what is started runs here
    runtime::signal& stop;
};

class attempt_starter {
public:
    attempt_starter(starter_dependencies deps, attempt_dependencies each)
        : deps_{deps}, each_{each} {}

    // Until stop is raised (and the scheduler woken). Attempts that run are not waited for.
    [[nodiscard]] runtime::task<> run();

private:
    [[nodiscard]] runtime::task<bool> start(std::vector<lane_item> items);
    [[nodiscard]] runtime::task<> give_back(std::vector<lane_item> items, std::string token);
    [[nodiscard]] runtime::task<> one(lane_item item, leased_delivery leased);

    starter_dependencies deps_;
    attempt_dependencies each_;
    telemetry::logger log_{"start_attempts"};
    backoff retry_{std::chrono::milliseconds{50}, std::chrono::seconds{2}};
};

}  // namespace vf::webhook_dispatcher
