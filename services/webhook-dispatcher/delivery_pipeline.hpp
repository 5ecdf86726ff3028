// From a delivery that is due to its outcome: lanes, the sweep, attempts, what is written of them
// and dead letters, started and drained as one. Owned by app; loop thread.
#pragma once

#include <optional>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/http/client.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"
#include "webhook-dispatcher/attempt/attempt.hpp"
#include "webhook-dispatcher/attempt/http_sender.hpp"
#include "webhook-dispatcher/attempt/publish_dead.hpp"
#include "webhook-dispatcher/attempt/write_outcomes.hpp"
#include "webhook-dispatcher/config.hpp"
#include "webhook-dispatcher/lanes/lane_scheduler.hpp"
#include "webhook-dispatcher/lanes/start_attempts.hpp"
#include "webhook-dispatcher/lanes/sweep_due.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// Owned by app and outliving it.
struct delivery_dependencies {
    runtime::loop& events;
    telemetry::registry& registry;
    const metrics& metrics;
    store& deliveries;
    const vf::clock& time;
    random& randomness;
    runtime::signal& stop;
};

class delivery_pipeline {
public:
    delivery_pipeline(const settings& config, delivery_dependencies deps);

    // Dead letters go to `sink`. Errors: permanent/master_key_invalid.
    [[nodiscard]] result<void> start(kafka::sink& sink);

    // Stop is raised: nothing new starts, what runs is waited for and written, and what died is
    // published. False when the time was over first.
    [[nodiscard]] runtime::task<bool> close(duration limit);

    [[nodiscard]] lane_scheduler& lanes() { return lanes_; }

    // A delivery died elsewhere.
    void wake_publisher();

    [[nodiscard]] bool healthy() const { return sweeper_ && sweeper_->healthy(); }

private:
    [[nodiscard]] runtime::task<bool> join(
        std::string_view name, runtime::task_group& tasks, instant deadline
    );

    const settings& settings_;
    delivery_dependencies deps_;
    telemetry::logger log_{"delivery_pipeline"};
    attempt_options attempt_options_;
    http::client client_;
    http_sender sender_{client_};
    lane_scheduler lanes_;
    std::optional<crypto::master_key> key_;
    std::optional<dead_letter_publisher> dead_letters_;
    std::optional<outcome_writer> outcomes_;
    std::optional<attempt_starter> starter_;
    std::optional<sweeper> sweeper_;
    runtime::task_group starting_;  // the starter and the sweep
    runtime::task_group attempts_;
    runtime::task_group writing_;
    runtime::task_group publishing_;
};

}  // namespace vf::webhook_dispatcher
