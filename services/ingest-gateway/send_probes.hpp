// Publishes a record of no project at an interval, so that the time from the gateway to the tables
// is measured when nobody writes. Loop thread.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

// Until `stop`. A probe that the broker does not take is missing in the measurement, and is logged.
[[nodiscard]] runtime::task<> send_probes(
    kafka::sink& sink, const clock& now, vf::duration interval, runtime::signal& stop
);

}  // namespace vf::ingest_gateway
