// Fires and drafts of people who asked to be forgotten. Behind the normaliser, because as long as
// the user is there another rule may fire; its step tells the number the user had, so that what was
// made for whoever has the same id since then stays. Loop thread; errors are those of the database.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::trigger_evaluator {

// Does the oldest erasure that is to be done here; false when there is none. Pool thread, inside a
// transaction.
[[nodiscard]] bool erase_next(postgres::transaction& in);

// Looks every `pause` until `stop`. Replicas may do it side by side.
[[nodiscard]] runtime::task<> erase_people(
    postgres::pool& database, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::trigger_evaluator
