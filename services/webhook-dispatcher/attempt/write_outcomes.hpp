// Writes what attempts came to: an attempt and the next state of its delivery in one transaction,
// many of them together when they end together. A place in a lane is free again only when its
// outcome is written, so a slow database slows the attempts down. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "vf/base/backoff.hpp"
#include "vf/base/random.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "webhook-dispatcher/delivery.hpp"
#include "webhook-dispatcher/lanes/lane_scheduler.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

struct ended_attempt {
    lane_item item;
    outcome outcome;
};

struct outcome_dependencies {
    store& deliveries;
    lane_scheduler& lanes;
    random& randomness;
    const metrics& metrics;
    // Called when something died.
    std::function<void()> on_dead;
};

class outcome_writer {
public:
    outcome_writer(runtime::loop& events, outcome_dependencies deps)
        : deps_{std::move(deps)}, notifier_{events.context()} {}

    void add(ended_attempt ended);

    // Until `close`, and then until nothing is left.
    [[nodiscard]] runtime::task<> run();
    void close();

private:
    [[nodiscard]] runtime::task<> write(std::vector<ended_attempt> batch);
    [[nodiscard]] runtime::task<result<std::vector<domain::delivery_id>>> try_write(
        std::vector<outcome> outcomes
    );
    void note(const ended_attempt& ended, bool lost);

    outcome_dependencies deps_;
    runtime::notifier notifier_;
    telemetry::logger log_{"write_outcomes"};
    backoff retry_{std::chrono::milliseconds{50}, std::chrono::seconds{2}};
    std::deque<ended_attempt> waiting_;
    bool closing_{false};
};

}  // namespace vf::webhook_dispatcher
