#include "vf/upkeep/erasure_step.hpp"

namespace vf::upkeep {

namespace {

// The service's own, until the end of the transaction. Slices look up keys: a plan that reads a
// whole table, because it was small once, would hold what it touches for too long.
constexpr std::string_view try_lock =
    "SELECT pg_try_advisory_xact_lock(7304, hashtext($1)) AS locked,"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_bitmapscan', 'off', true)";

constexpr std::string_view select_next =
    "SELECT e.id, e.project_id, e.external_user_id, e.person, e.requested_at,"
    "       coalesce(u.begun_at, n.done_at) AS user_removed_at,"
    "       coalesce(u.user_id, n.user_id) AS user_id,"
    "       p.begun_at IS NOT NULL AS begun, p.cursor"
    " FROM erasures e"
    " LEFT JOIN erasure_progress p ON p.erasure_id = e.id AND p.service = $1"
    " LEFT JOIN erasure_progress u ON u.erasure_id = e.id AND u.service = 'normaliser'"
    " LEFT JOIN erasure_steps n ON n.erasure_id = e.id AND n.service = 'normaliser'"
    " WHERE coalesce(e.finished_at, 'infinity') = 'infinity'"
    "   AND NOT EXISTS (SELECT FROM erasure_steps s WHERE s.erasure_id = e.id AND s.service = $1)"
    "   AND (u.begun_at IS NOT NULL OR n.done_at IS NOT NULL OR NOT $2::boolean)"
    "   AND (SELECT count(*) FROM erasure_steps s WHERE s.erasure_id = e.id"
    "        AND s.service = ANY ($3::text[])) = cardinality($3::text[])"
    " ORDER BY p.begun_at IS NOT NULL, p.slices, e.requested_at, e.id LIMIT 1";

constexpr std::string_view insert_progress =
    "INSERT INTO erasure_progress (erasure_id, service, begun_at, rows_removed, user_id)"
    " VALUES ($1, $2, clock_timestamp(), $3, $4)";

constexpr std::string_view update_progress =
    "UPDATE erasure_progress SET slices = slices + 1, rows_removed = rows_removed + $3, cursor = $4"
    " WHERE erasure_id = $1 AND service = $2";

constexpr std::string_view insert_step =
    "INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed, user_id)"
    " SELECT erasure_id, service, clock_timestamp(), rows_removed, user_id FROM erasure_progress"
    " WHERE erasure_id = $1 AND service = $2 ON CONFLICT DO NOTHING";

erasure read_erasure(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .external_user = row.text("external_user_id"),
        .person = row.bytes("person"),
        .requested_at = row.timestamp("requested_at"),
        .user_removed_at = row.optional_timestamp("user_removed_at"),
        .user_id = row.optional_integer("user_id"),
        .cursor = row.optional_text("cursor"),
    };
}

void begin(postgres::transaction& tx, const erasure_step& step, const erasure& next) {
    const auto begun = step.begin ? step.begin(tx, next) : beginning{};
    postgres::params params;
    params.text(next.id).text(step.service).integer(begun.rows).integer(begun.user_id);
    tx.execute(insert_progress, params);
}

void remove_slice(postgres::transaction& tx, const erasure_step& step, const erasure& next) {
    const removal removed = step.remove(tx, next);
    const auto key = postgres::params{}.text(next.id).text(step.service);
    auto params = key;
    tx.execute(update_progress, params.integer(removed.rows).text(removed.cursor));
    if (removed.finished) {
        tx.execute(insert_step, key);
    }
}

}  // namespace

bool erase_next(postgres::transaction& tx, const erasure_step& step) {
    const auto lock = tx.query(try_lock, postgres::params{}.text(step.service));
    if (lock.empty() || !lock.front().boolean("locked")) {
        return false;
    }
    postgres::params params;
    params.text(step.service).boolean(step.after_normaliser).texts(step.after);
    const auto found = tx.query(select_next, params);
    if (found.empty()) {
        return false;
    }
    const auto next = read_erasure(found.front());
    if (found.front().boolean("begun")) {
        remove_slice(tx, step, next);
    } else {
        begin(tx, step, next);
    }
    return true;
}

}  // namespace vf::upkeep
