#include "normaliser/upkeep/keep_partitions.hpp"

#include <chrono>
#include <cstddef>

#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view call_keep_partitions =
    "SELECT made AS added, missing, strays FROM keep_partitions("
    " $1::text::regclass, ($2::timestamptz AT TIME ZONE 'UTC')::date)";

constexpr std::string_view call_exclude =
    "SELECT exclude_from_default($1::text::regclass, ($2::timestamptz AT TIME ZONE 'UTC')::date)";
constexpr std::string_view call_validate = "SELECT validate_default($1::text::regclass)";

// What the version before this one still reads.
constexpr std::string_view call_drop_days =
    "SELECT drop_days_before('idempotency_claims', d.first)"
    "     + drop_days_before('ingest_claims', d.first) AS count"
    " FROM (SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date - 1 AS first) AS d";

void record(
    const telemetry::logger& log, const partition_metrics& counters, std::string_view table,
    const result<partition_report>& report
) {
    if (!report) {
        counters.failures.increment();
        log.warning(
            "no partitions made",
            {{"table", table}, {"code", report.error().code}, {"detail", report.error().detail}}
        );
        return;
    }
    counters.missing.set(static_cast<double>(report->missing));
    counters.strays.set(static_cast<double>(report->strays));
    if (report->added > 0) {
        log.info("partitions made", {{"table", table}, {"count", report->added}});
    }
    if (report->missing > 0) {
        log.error("partitions missing", {{"table", table}, {"count", report->missing}});
    }
}

// Whether there was no trouble with any.
runtime::task<bool> keep_all(
    postgres::pool& database, instant now, const metrics& counters, const telemetry::logger& log
) {
    bool good = true;
    for (std::size_t index = 0; index < partitioned_tables.size(); ++index) {
        const auto table = partitioned_tables.at(index);
        // Whether they fail is seen by what it comes to.
        auto exclude = [table, now](postgres::transaction& tx) {
            exclude_from_default(tx, table, now);
        };
        static_cast<void>(co_await database.transact(exclude));
        auto validate = [table](postgres::transaction& tx) { validate_default(tx, table); };
        static_cast<void>(co_await database.transact(validate));
        auto work = [table, now](postgres::transaction& tx) {
            return keep_partitions_of(tx, table, now);
        };
        const auto report = co_await database.transact(work);
        record(log, counters.partitions.at(index), table, report);
        good = good && report && report->missing == 0;
    }
    auto work = [now](postgres::transaction& tx) { return drop_old_days(tx, now); };
    const auto dropped = co_await database.transact(work);
    if (!dropped) {
        log.warning("no old days dropped", {{"code", dropped.error().code}});
    } else if (*dropped > 0) {
        log.info("old days dropped", {{"count", *dropped}});
    }
    co_return good&& dropped;
}

}  // namespace

void exclude_from_default(postgres::transaction& tx, std::string_view table, instant now) {
    tx.query(call_exclude, postgres::params{}.text(table).timestamp(now));
}

void validate_default(postgres::transaction& tx, std::string_view table) {
    tx.query(call_validate, postgres::params{}.text(table));
}

partition_report keep_partitions_of(
    postgres::transaction& tx, std::string_view table, instant now
) {
    // Whoever writes to the table may have to wait as long.
    tx.limit_statements(std::chrono::seconds{2});
    const auto params = postgres::params{}.text(table).timestamp(now);
    const auto rows = tx.query(call_keep_partitions, params);
    if (rows.empty()) {
        return {};
    }
    const auto& row = rows.front();
    return {row.integer("added"), row.integer("missing"), row.integer("strays")};
}

std::int64_t drop_old_days(postgres::transaction& tx, instant now) {
    const auto rows = tx.query(call_drop_days, postgres::params{}.timestamp(now));
    return rows.empty() ? 0 : rows.front().integer("count");
}

runtime::task<> keep_partitions(
    postgres::pool& database, const clock& now, const metrics& counters, runtime::signal& stop
) {
    constexpr vf::duration pause = std::chrono::hours{1};
    constexpr vf::duration pause_after_failure = std::chrono::minutes{1};
    const telemetry::logger log{"keep_partitions"};
    for (;;) {
        const bool good = co_await keep_all(database, now.now(), counters, log);
        const bool stopping = co_await stop.wait_for(good ? pause : pause_after_failure);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
