// Makes the partitions of the coming days and months: at start and every hour. Rows that come
// without one land in the default partition, so a failure is a line in the log. Loop thread.
#pragma once

#include "store.hpp"
#include "vf/base/clock.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// Until `stop` is raised.
[[nodiscard]] runtime::task<> keep_partitions(store& of, const clock& now, runtime::signal& stop);

}  // namespace vf::normaliser
