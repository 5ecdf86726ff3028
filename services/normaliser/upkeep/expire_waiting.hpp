// Events that have waited for their user longer than anybody should have to look for them: shown in
// quarantine as unknown_user, once. They stay where they are, and attach whenever their user comes.
// Loop thread. Any number of replicas may do it at once: an event is one item.
#pragma once

#include <cstddef>

#include "vf/base/clock.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

struct expiry_dependencies {
    postgres::pool& database;
    kafka::sink& sink;
    const clock& now;
    vf::duration longest;
};

// Answers how many there were, at most 500. Error: of the database or the broker; what was
// published is published again, as the same items.
[[nodiscard]] runtime::task<result<std::size_t>> expire_some(expiry_dependencies deps);

// Until `stop`.
[[nodiscard]] runtime::task<> expire_waiting(
    expiry_dependencies deps, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::normaliser
