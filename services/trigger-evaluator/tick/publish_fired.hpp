// The outbox of fires: one that the broker has not acknowledged is published again, by any replica,
// and consumers know a repeat by its fire_id. Owned by app, used by the ticker; loop thread.
#pragma once

#include "trigger-evaluator/metrics.hpp"
#include "trigger-evaluator/store.hpp"
#include "vf/consumer/outbox.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/wire/messages.hpp"

namespace vf::trigger_evaluator {

using fired_outbox = consumer::outbox<wire::rule_fired>;

// All three outlive it.
[[nodiscard]] fired_outbox make_fired_outbox(
    store& fires, kafka::sink& sink, const metrics& counters
);

}  // namespace vf::trigger_evaluator
