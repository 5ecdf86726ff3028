// Claims that are older than anything may come again: removed a stretch of the table at a time, in
// the order in which it lies on disk, so that no index has to know the time of a claim. What was
// claimed late, long after it was received, stays for good: only a person replays it, and may do so
// again at any time. The SQL runs on a pool thread, inside a transaction; `expire_claims` on the
// loop thread. Errors are those of the database.
#pragma once

#include <cstddef>
#include <cstdint>

#include "normaliser/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

// How far one pass over the tables of claims has come.
struct claim_pass {
    std::size_t table{0};
    std::int64_t page{0};
    std::int64_t removed{0};  // by the last slice
    bool finished{false};
};

// The next stretch. Replicas may do it side by side.
[[nodiscard]] claim_pass expire_claims_slice(postgres::transaction& tx, claim_pass pass);

// A pass every hour until `stop`.
[[nodiscard]] runtime::task<> expire_claims(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
);

}  // namespace vf::normaliser
