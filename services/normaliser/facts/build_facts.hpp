// Facts of events that are older than the definition: each user's new ones are counted from the
// events we have, a slice of users at a time, while live traffic goes on. Those that were built
// before stand, because retention may have taken events they counted. Replicas may do the same work
// side by side: it ends the same.
//
// A definition counts live from the first batch that sees it. A user whose batch did not see it yet
// is met here afterwards: batches read the definitions behind the user's lock, this waits for the
// same lock, and a definition is left alone for its first minute, which no transaction outlives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// How far the building of one project's new facts has come.
struct fact_build {
    std::string project;  // empty: none is under way
    std::vector<std::int64_t> fact_ids{};
    std::int64_t after_user{0};
};

// The next slice. Pool thread, inside a transaction.
[[nodiscard]] fact_build build_slice(postgres::transaction& tx, fact_build so_far);

// Looks every `pause` for new definitions until `stop`. Loop thread.
[[nodiscard]] runtime::task<> build_facts(
    postgres::pool& database, vf::duration pause, runtime::signal& stop
);

}  // namespace vf::normaliser
