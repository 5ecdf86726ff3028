// The statements of write_ingest.cpp, in the order they run; those of users are in user_sql.hpp.
// Array parameters are columns.
#pragma once

#include <string_view>

namespace vf::normaliser::sql {

// Every statement looks up a batch by keys. Index probes are right at any size of table; planned
// for a small table, or once for each call, they would be scans or cost more than they save.
inline constexpr std::string_view plan_for_probes =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_seqscan', 'off', true)";

inline constexpr std::string_view select_people =
    "SELECT k.place, u.user_id"
    " FROM unnest($1::text[], $2::text[])"
    "      WITH ORDINALITY AS k (project_id, external_user_id, place)"
    " JOIN users u ON u.project_id = k.project_id"
    "             AND u.external_user_id = k.external_user_id";

// A user nobody has identified has no row to lock. An event of such a user that is written as
// waiting must not miss the identify that another lane or replica is writing: so whoever writes an
// event for one shares a lock, and whoever identifies one has it alone. Advisory locks, because
// they leave nothing behind; 4096 of them, because the lock table of the server is small; in
// ascending order, so that two batches never wait for each other.
inline constexpr std::string_view lock_strangers =
    "SELECT CASE WHEN b.alone THEN pg_advisory_xact_lock(7100, b.bucket)::text"
    "            ELSE pg_advisory_xact_lock_shared(7100, b.bucket)::text END"
    " FROM (SELECT (hashtextextended(k.project_id || ':' || k.external_user_id, 0) & 4095)::integer"
    "                AS bucket,"
    "              bool_or(k.alone) AS alone"
    "       FROM unnest($1::text[], $2::text[], $3::boolean[])"
    "            AS k (project_id, external_user_id, alone)"
    "       GROUP BY 1 ORDER BY 1) AS b";

// A retry may have been received on the day before or after, and within 24 hours: after that its
// Idempotency-Key is forgotten, and the same ids are another write. Subqueries rather than a join,
// so that each probe goes to one partition.
inline constexpr std::string_view insert_claims =
    "INSERT INTO ingest_claims (project_id, record_id, day, received_at)"
    " SELECT c.project_id, c.record_id, c.day, c.received_at"
    " FROM unnest($1::text[], $2::uuid[], $3::date[], $4::timestamptz[])"
    "      AS c (project_id, record_id, day, received_at)"
    " WHERE (SELECT true FROM ingest_claims e WHERE e.project_id = c.project_id"
    "        AND e.record_id = c.record_id AND e.day = c.day - 1"
    "        AND e.received_at > c.received_at - interval '24 hours') IS NULL"
    "   AND (SELECT true FROM ingest_claims e WHERE e.project_id = c.project_id"
    "        AND e.record_id = c.record_id AND e.day = c.day + 1"
    "        AND e.received_at < c.received_at + interval '24 hours') IS NULL"
    " ORDER BY c.project_id, c.record_id"
    " ON CONFLICT DO NOTHING"
    " RETURNING project_id, record_id";

// For good, so there is no day of receipt in it: what comes again is known again years later.
inline constexpr std::string_view insert_natural_claims =
    "INSERT INTO natural_claims (project_id, record_id, occurred_on)"
    " SELECT c.project_id, c.record_id, c.occurred_on"
    " FROM unnest($1::text[], $2::uuid[], $3::date[], $4::timestamptz[])"
    "      AS c (project_id, record_id, occurred_on, occurred_at)"
    " ORDER BY c.project_id, c.record_id"
    " ON CONFLICT DO NOTHING"
    " RETURNING project_id, record_id";

// The lock is taken even where the mark stands already: the evaluator may be about to set it
// forward without having seen what is written here.
inline constexpr std::string_view mark_due =
    "WITH locked AS ("
    "   SELECT user_id, next_eval_at FROM user_due WHERE user_id = ANY ($1::bigint[])"
    "   ORDER BY user_id FOR NO KEY UPDATE)"
    " UPDATE user_due d SET next_eval_at = '-infinity'"
    " FROM locked l WHERE d.user_id = l.user_id AND l.next_eval_at > '-infinity'";

// The claim guards the record; a claim outlived by its record (partitions are dropped) leaves the
// key of the table.
inline constexpr std::string_view insert_events =
    "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, properties,"
    "                    occurred_at, received_at, attached_at, historical)"
    " SELECT n.project_id, n.record_id, n.external_user_id, n.user_id, n.name, n.properties,"
    "        n.occurred_at, n.received_at,"
    "        CASE WHEN n.user_id IS NOT NULL THEN $9::timestamptz END, n.historical"
    " FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[],"
    "             $7::timestamptz[], $8::timestamptz[], $10::boolean[])"
    "      AS n (project_id, record_id, external_user_id, user_id, name, properties,"
    "            occurred_at, received_at, historical)"
    " ON CONFLICT DO NOTHING";

// Answers how many events had waited for each of the users just made that any had waited for.
inline constexpr std::string_view attach_waiting =
    "WITH attached AS ("
    "   UPDATE events e SET user_id = n.user_id, attached_at = $4::timestamptz"
    "   FROM unnest($1::text[], $2::text[], $3::bigint[])"
    "        AS n (project_id, external_user_id, user_id)"
    "   WHERE e.user_id IS NULL AND e.project_id = n.project_id"
    "     AND e.external_user_id = n.external_user_id"
    "   RETURNING e.user_id, e.occurred_at)"
    " SELECT user_id, count(*), min(occurred_at), max(occurred_at) FROM attached GROUP BY user_id";

}  // namespace vf::normaliser::sql
