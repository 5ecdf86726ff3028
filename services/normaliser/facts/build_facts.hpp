// Facts of events that are older than the definition: each user's new ones are counted from the
// events we have, so many events a transaction, while live traffic goes on. Those that were built
// before stand, because retention may have taken events they counted. How far a project has come
// stands in its row of fact_cursors, so any replica goes on where another ended; projects take
// turns, and the trouble of one is none of the others'.
//
// A definition counts live from the first batch that sees it. A user whose batch did not see it yet
// is met here afterwards: batches read the definitions behind the user's lock, this waits for the
// same lock, and a definition is left alone for its first minute, which no transaction outlives. A
// user with more events than a slice is built in several: fact_cursor.hpp.
#pragma once

#include <cstddef>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

struct build_limits {
    std::size_t users{100};
    std::size_t events{2'000};
};

struct build_progress {
    std::size_t users{0};  // that were finished
    std::size_t events{0};
    bool finished{false};  // the project has no more users
};

// The project whose turn it is after the one of `last`; before the first one, those with new
// definitions are looked for. Empty: there is none left. Pool thread, inside a transaction.
[[nodiscard]] std::string next_build(postgres::transaction& tx, const std::string& last);

// The next slice of a project; nothing when another replica is at it. Pool thread, inside a
// transaction.
[[nodiscard]] build_progress build_slice(
    postgres::transaction& tx, const std::string& project, build_limits limits = {}
);

// Looks every `pause` for new definitions until `stop`. Loop thread.
[[nodiscard]] runtime::task<> build_facts(
    postgres::pool& database, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::normaliser
