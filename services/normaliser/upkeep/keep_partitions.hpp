// Makes the partitions of the coming days and months and drops the days that are over: at start and
// every hour. Rows that come without a partition land in the default one, so a failure is a line in
// the log. Loop thread.
#pragma once

#include "normaliser/store.hpp"
#include "vf/base/clock.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// Until `stop` is raised.
[[nodiscard]] runtime::task<> keep_partitions(
    store& store, const clock& now, runtime::signal& stop
);

}  // namespace vf::normaliser
