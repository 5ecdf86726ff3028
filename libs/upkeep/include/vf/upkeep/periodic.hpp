// Work that is never finished for good: a step at a time, at once again while a step found
// something to do, else after a pause. Spawned by app; loop thread, steps on the database on pool
// threads.
#pragma once

#include <functional>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::upkeep {

struct periodic_job {
    std::string_view name;  // in logs
    std::string_view done;  // what is logged of a step that did something
    vf::duration pause;
};

// Until `stop`. A step answers whether it did something; one that fails is logged and tried again
// after the pause.
[[nodiscard]] runtime::task<> run_periodically(
    periodic_job job, std::function<runtime::task<result<bool>>()> step, runtime::signal& stop
);

// Each step is one transaction of `database`, which outlives the task.
[[nodiscard]] runtime::task<> run_periodically(
    postgres::pool& database, periodic_job job, std::function<bool(postgres::transaction&)> step,
    runtime::signal& stop
);

}  // namespace vf::upkeep
