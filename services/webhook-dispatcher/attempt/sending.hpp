// The half of this process that sends: lanes, attempts, the sweep, what is written and announced.
// Started and drained as one. Loop thread.
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
#include "webhook-dispatcher/attempt/announce_dead.hpp"
#include "webhook-dispatcher/attempt/attempt.hpp"
#include "webhook-dispatcher/attempt/http_sender.hpp"
#include "webhook-dispatcher/attempt/write_outcomes.hpp"
#include "webhook-dispatcher/config.hpp"
#include "webhook-dispatcher/lanes/lane_desk.hpp"
#include "webhook-dispatcher/lanes/start_attempts.hpp"
#include "webhook-dispatcher/lanes/sweep_due.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// Owned by app and outliving it.
struct sending_parts {
    runtime::loop& events;
    telemetry::registry& registry;
    const metrics& series;
    store& deliveries;
    const vf::clock& time;
    random& randomness;
    runtime::signal& stop;
};

class sending {
public:
    sending(const settings& given, sending_parts with);

    // Dead deliveries are announced through `sink`. Errors: permanent/master_key_invalid.
    [[nodiscard]] result<void> start(kafka::sink& sink);

    // Stop is raised: nothing new starts, what runs is waited for, written and announced. False
    // when the time was over first.
    [[nodiscard]] runtime::task<bool> close(duration limit);

    [[nodiscard]] lane_desk& lanes() { return lanes_; }

    // A delivery died elsewhere.
    void wake_announcer();

    [[nodiscard]] bool healthy() const { return sweeper_ && sweeper_->healthy(); }

private:
    [[nodiscard]] runtime::task<bool> join(
        std::string_view name, runtime::task_group& tasks, instant deadline
    );

    const settings& settings_;
    sending_parts with_;
    telemetry::logger log_{"sending"};
    attempt_options attempt_options_;
    http::client client_;
    http_sender sender_{client_};
    lane_desk lanes_;
    std::optional<crypto::master_key> key_;
    std::optional<dead_announcer> dead_;
    std::optional<outcome_writer> outcomes_;
    std::optional<attempt_starter> starter_;
    std::optional<sweeper> sweeper_;
    runtime::task_group starting_;  // the starter and the sweep
    runtime::task_group attempts_;
    runtime::task_group writing_;
    runtime::task_group announcing_;
};

}  // namespace vf::webhook_dispatcher
