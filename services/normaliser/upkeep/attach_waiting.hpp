// The rest of the events that waited for a user: what is more than a batch attaches by itself. A
// slice is a transaction of its own, so that it never holds anybody up for long; what is left to do
// stands in `user_due.attaching_since`, so any replica goes on where another ended. Projects take
// turns, and so do the users of one: whoever fails is passed over until the next round. The SQL
// runs on a pool thread, inside a transaction; `attach_waiting` on the loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "normaliser/metrics.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// Which users of a project the next slice is of.
struct attach_place {
    std::int64_t after_user{0};
    std::size_t users{100};     // at most
    std::int64_t last_user{0};  // whom the slice met last, whatever became of it; 0: nobody

    // After a failure they are tried one by one, and whom it fails for alone is passed over.
    void settle(bool done);
};

struct attach_progress {
    std::size_t events{0};
    std::size_t users{0};  // that have all of theirs now
};

// The project whose turn it is after the one of `last`; empty: there is none left.
[[nodiscard]] std::string next_attaching(postgres::transaction& tx, const std::string& last);

// The next slice of a project, of so many events; its users share them.
[[nodiscard]] attach_progress attach_slice(
    postgres::transaction& tx, const std::string& project, attach_place& place, std::size_t events
);

// Until `stop`.
[[nodiscard]] runtime::task<> attach_waiting(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
);

}  // namespace vf::normaliser
