// Publishes a record of no project: at an interval, so that the time from the gateway to the tables
// is measured when nobody writes, and without a pause while the broker fails, so that the end of an
// outage is seen without a customer's request. One that hangs, on a partition that cannot be
// written, holds back no other. Loop thread.
#pragma once

#include <optional>

#include "ingest-gateway/limits/broker_health.hpp"
#include "vf/base/clock.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::ingest_gateway {

// Until `stop`; the probes are tasks of the group. Without an interval only while the broker fails.
// A probe that is not taken is missing in the measurement, and is logged.
[[nodiscard]] runtime::task<> send_probes(
    kafka::sink& sink, broker_health& health, const clock& now,
    std::optional<vf::duration> interval, runtime::signal& stop, runtime::task_group& tasks
);

}  // namespace vf::ingest_gateway
