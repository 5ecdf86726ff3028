// Work on the database that is never finished for good: a step at a time, at once again while a
// step found something to do, else after a pause. Loop thread; steps run on pool threads.
#pragma once

#include <functional>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::postgres {

struct periodic_job {
    std::string_view name;  // in logs
    std::string_view done;  // what is logged of a step that did something
    vf::duration pause;
};

// Until `stop`. `step` is one transaction and answers whether it did something; one that fails is
// logged and tried again after the pause.
[[nodiscard]] runtime::task<> run_periodically(
    pool& database, periodic_job what, std::function<bool(transaction&)> step, runtime::signal& stop
);

}  // namespace vf::postgres
