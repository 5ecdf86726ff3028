// How far behind the consumers of a process are, in seconds: the age of the oldest record that each
// has not settled, 0 when there is none. Said every second, so that it grows while a batch is
// stuck. Loop thread.
#pragma once

#include <vector>

#include "vf/base/clock.hpp"
#include "vf/consumer/shell.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::consumer {

// The greatest of `shells`.
[[nodiscard]] vf::duration lag_of(const std::vector<const shell*>& shells, instant now);

// As vf_consumer_lag_seconds by the shells' names; shells of one name are one consumer. Until
// `stop`; the shells outlive it.
[[nodiscard]] runtime::task<> report_lag(
    std::vector<const shell*> shells, telemetry::registry& metrics, const clock& now,
    runtime::signal& stop
);

}  // namespace vf::consumer
