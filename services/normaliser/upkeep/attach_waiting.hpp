// The rest of the events that waited for a user: what is more than a batch attaches by itself. A
// slice is a transaction of its own, so that it never holds anybody up for long; what is left to do
// stands in `user_due.attaching_since`, so any replica goes on where another ended. Projects take
// turns. The SQL runs on a pool thread, inside a transaction; `attach_waiting` on the loop thread.
#pragma once

#include <cstddef>
#include <string>

#include "normaliser/ingest/waiting_events.hpp"
#include "normaliser/metrics.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

struct attach_turn {
    std::string project;  // whose turn it was; empty: the next is the first one's
    std::size_t events{0};
    std::size_t users{0};  // that have all of theirs now
};

// The next slice, of one project.
[[nodiscard]] attach_turn attach_slice(
    postgres::transaction& tx, attach_turn last, attach_limits limits
);

// Until `stop`.
[[nodiscard]] runtime::task<> attach_waiting(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
);

}  // namespace vf::normaliser
