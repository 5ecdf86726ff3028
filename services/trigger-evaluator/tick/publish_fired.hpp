// Tells the world of fires. The row of a fire is its outbox: one that the broker has not
// acknowledged is told again, by any replica, and consumers know a repeat by its fire_id.
// Loop thread.
#pragma once

#include "trigger-evaluator/metrics.hpp"
#include "trigger-evaluator/store.hpp"
#include "vf/base/error.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/task.hpp"

namespace vf::trigger_evaluator {

class fired_publisher {
public:
    fired_publisher(store& fires, kafka::sink& sink, const metrics& counters)
        : fires_{fires}, sink_{sink}, metrics_{counters} {}

    // Until none is left. Errors: those of the store and of the sink.
    [[nodiscard]] runtime::task<result<void>> publish_all();

private:
    store& fires_;
    kafka::sink& sink_;
    const metrics& metrics_;
};

}  // namespace vf::trigger_evaluator
