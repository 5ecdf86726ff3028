// Events that their project no longer keeps: removed some at a time, and by the month where nobody
// keeps anything of it. What users and facts came to stays, and with it every claim: an event that
// is sent or replayed again after it was removed must not count a second time. The SQL runs on a
// pool thread, inside a transaction; `keep_retention` on the loop thread. Errors are those of the
// database.
#pragma once

#include <cstdint>

#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

inline constexpr std::int64_t expired_at_once = 5'000;

// Answers how many; fewer than `expired_at_once` when none are left, or another replica is at it.
[[nodiscard]] std::int64_t remove_expired(postgres::transaction& tx, instant now);

// Months of events and attempts. Answers how many.
[[nodiscard]] std::int64_t drop_expired_months(postgres::transaction& tx, instant now);

// Every hour until `stop`.
[[nodiscard]] runtime::task<> keep_retention(
    postgres::pool& database, const clock& now, runtime::signal& stop
);

}  // namespace vf::normaliser
