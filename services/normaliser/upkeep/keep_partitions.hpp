// Makes the partitions of the coming time, and drops days of tables that are no longer used: at
// start and every hour, each table in a transaction of its own, so that the trouble of one is none
// of the others'. Rows that come without a partition land in the default one and are moved when it
// is made; a failure is a line in the log, a count, and tried again in a minute. The SQL runs on a
// pool thread, inside a transaction; `keep_partitions` on the loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "normaliser/metrics.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task.hpp"

namespace vf::normaliser {

struct partition_report {
    std::int64_t added{0};
    std::int64_t missing{0};  // because of more rows than can be moved at once
    std::int64_t strays{0};   // rows in the default partition, as far as a thousand
};

// What is done before, each in a transaction of its own, so that nobody waits while a default
// partition of many rows is looked through.
void exclude_from_default(postgres::transaction& tx, std::string_view table, instant now);
void validate_default(postgres::transaction& tx, std::string_view table);

// Error: transient when the table is in use, or when it takes longer than 2 s; also when it is none
// of `partitioned_tables`.
[[nodiscard]] partition_report keep_partitions_of(
    postgres::transaction& tx, std::string_view table, instant now
);

// How many there were.
[[nodiscard]] std::int64_t drop_old_days(postgres::transaction& tx, instant now);

// Until `stop`.
[[nodiscard]] runtime::task<> keep_partitions(
    postgres::pool& database, const clock& now, const metrics& counters, runtime::signal& stop
);

}  // namespace vf::normaliser
