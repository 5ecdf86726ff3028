#include "normaliser/upkeep/retention.hpp"

#include <chrono>
#include <string_view>

#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

// One replica at a time, until the end of the transaction.
constexpr std::string_view try_lock = "SELECT pg_try_advisory_xact_lock(7302, 0) AS locked";

// Whole days: what was received today is day 0.
constexpr std::string_view delete_expired =
    "WITH expired AS ("
    "   SELECT e.* FROM projects p"
    "   JOIN project_numbers n ON n.project_id = p.id"
    "   CROSS JOIN LATERAL ("
    "      SELECT project, record_id, received_at FROM event_rows"
    "      WHERE project = n.number AND received_at < retention_start($1, p.retention_days)"
    "      ORDER BY received_at LIMIT $2::bigint) AS e"
    "   WHERE p.retention_days IS NOT NULL LIMIT $2::bigint)"
    " DELETE FROM event_rows e USING expired x"
    " WHERE e.project = x.project AND e.record_id = x.record_id"
    "   AND e.received_at = x.received_at";

constexpr std::string_view drop_months =
    "SELECT drop_expired_months('event_rows', d.today) + drop_expired_months('attempts', d.today)"
    "       AS dropped"
    " FROM (SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date AS today) AS d";

constexpr std::string_view call_remove_strays =
    "SELECT remove_stray_attempts(($1::timestamptz AT TIME ZONE 'UTC')::date, $2::integer)"
    "       AS removed";

std::int64_t remove_stray_attempts(postgres::transaction& tx, instant now) {
    const auto params = postgres::params{}.timestamp(now).integer(expired_at_once);
    const auto rows = tx.query(call_remove_strays, params);
    return rows.empty() ? 0 : rows.front().integer("removed");
}

}  // namespace

std::int64_t remove_expired(postgres::transaction& tx, instant now) {
    const auto lock = tx.query(try_lock);
    if (lock.empty() || !lock.front().boolean("locked")) {
        return 0;
    }
    const auto params = postgres::params{}.timestamp(now).integer(expired_at_once);
    const auto removed = tx.execute(delete_expired, params);
    return removed == 0 ? remove_stray_attempts(tx, now) : removed;
}

std::int64_t drop_expired_months(postgres::transaction& tx, instant now) {
    const auto lock = tx.query(try_lock);
    if (lock.empty() || !lock.front().boolean("locked")) {
        return 0;
    }
    const auto dropped = tx.query(drop_months, postgres::params{}.timestamp(now));
    return dropped.empty() ? 0 : dropped.front().integer("dropped");
}

runtime::task<> keep_retention(postgres::pool& database, const clock& now, runtime::signal& stop) {
    constexpr vf::duration pause = std::chrono::hours{1};
    // Live traffic goes first.
    constexpr vf::duration between_batches = std::chrono::milliseconds{100};
    const telemetry::logger log{"retention"};
    for (;;) {
        const instant timestamp = now.now();
        auto months = [timestamp](postgres::transaction& tx) {
            return drop_expired_months(tx, timestamp);
        };
        const auto dropped = co_await database.transact(months);
        if (!dropped) {
            log.warning("no months dropped", {{"code", dropped.error().code}});
        } else if (*dropped > 0) {
            log.info("months dropped", {{"count", *dropped}});
        }
        auto some = [timestamp](postgres::transaction& tx) {
            return remove_expired(tx, timestamp);
        };
        const auto removed = co_await database.transact(some);
        if (!removed) {
            log.warning("no events removed", {{"code", removed.error().code}});
        } else if (*removed > 0) {
            log.info("events removed", {{"count", *removed}});
        }
        const bool more = removed.value_or(0) == expired_at_once;
        const auto span = more ? between_batches : pause;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
