// The outbox of deliveries that are given up: one that the broker has not acknowledged is published
// again, under the same id. Loop thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vf/base/backoff.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/outbox.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/wire/set_aside.hpp"
#include "webhook-dispatcher/delivery.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// What the rows say of the end: the last attempt was answered 410, or was the last of the
// schedule, or there was none because the endpoint was disabled. Pure.
[[nodiscard]] std::string_view cause_of(const dead_delivery& dead);
// The id is derived from the delivery and the run that ended. Pure.
[[nodiscard]] wire::dead_letter make_dead_letter(const dead_delivery& dead);

// Owned by app and outliving it.
struct dead_letter_dependencies {
    store& deliveries;
    kafka::sink& sink;
    random& randomness;
    const metrics& metrics;
};

class dead_letter_publisher {
public:
    dead_letter_publisher(runtime::loop& events, dead_letter_dependencies deps);

    // Until `close`, and then once more.
    [[nodiscard]] runtime::task<> run();

    // Something died.
    void wake() { notifier_.notify(); }

    void close();

    // Until none is left. Errors: those of the store and of the sink.
    [[nodiscard]] runtime::task<result<void>> publish_all() { return outbox_.publish_all(); }

private:
    random& randomness_;
    consumer::outbox<dead_delivery> outbox_;
    runtime::notifier notifier_;
    telemetry::logger log_{"publish_dead"};
    backoff retry_{std::chrono::milliseconds{100}, std::chrono::seconds{5}};
    bool closing_{false};
};

}  // namespace vf::webhook_dispatcher
