// A record of nobody, once in a while, so that the time from the door to the tables is measured
// when nobody writes. Loop thread.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::ingest_gateway {

// Until `stop`. One that the broker does not take is counted by its absence.
[[nodiscard]] runtime::task<> send_probes(
    kafka::sink& sink, const clock& now, vf::duration interval, runtime::signal& stop
);

}  // namespace vf::ingest_gateway
