#include "console/store/erasure_store.hpp"

#include <string_view>

#include "console/store/read_rows.hpp"

namespace vf::console {

namespace {

constexpr std::string_view insert_erasure =
    "INSERT INTO erasures (id, project_id, person, external_user_id, requested_at, reason)"
    " VALUES ($1, $2::text, sha256(convert_to($2::text || ':' || $3::text, 'UTF8')), $3::text,"
    " $4, $5)";

// What came for the user has the user's key. A notice of mail that found nobody has the provider's,
// and names the user by the address alone.
constexpr std::string_view delete_items =
    "WITH address AS (SELECT lower(email) AS text FROM users"
    "                 WHERE project_id = $1 AND external_user_id = $2 AND email IS NOT NULL)"
    " DELETE FROM quarantine_items q"
    " WHERE sha256(q.key) = sha256(convert_to($1::text || ':' || $2::text, 'UTF8'))"
    "    OR (q.project_id = $1 AND q.stage = 'mail'"
    "        AND EXISTS (SELECT FROM address a"
    "                    WHERE position('\"' || a.text || '\"' IN lower(encode(q.body, 'escape')))"
    "                              > 0"
    "                       OR position('<' || a.text || '>' IN lower(encode(q.body, 'escape')))"
    "                              > 0))"
    " RETURNING q.id";

// That it was replayed, by whom and why stays on record; what was sent does not.
constexpr std::string_view redact_audit =
    "UPDATE audit SET detail = detail - 'body'"
    " WHERE action = 'quarantine.replay' AND target = ANY ($1::text[]) AND detail ? 'body'";

constexpr std::string_view delete_dead_letters =
    "DELETE FROM dead_letters WHERE project_id = $1 AND event_id IN"
    " (SELECT event_id FROM webhook_events"
    "  WHERE person = sha256(convert_to($1::text || ':' || $2::text, 'UTF8')))";

constexpr std::string_view insert_step =
    "INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed)"
    " VALUES ($1, 'console', $2, $3)";

constexpr std::string_view select_erasure =
    "SELECT id, project_id, external_user_id, reason, requested_at, finished_at"
    " FROM erasures WHERE project_id = $1 AND id = $2";

constexpr std::string_view select_steps =
    "SELECT n.service, s.done_at, coalesce(s.rows_removed, 0) AS rows_removed"
    " FROM unnest(ARRAY['console', 'normaliser', 'trigger-evaluator', 'webhook-dispatcher'])"
    "      WITH ORDINALITY AS n (service, place)"
    " LEFT JOIN erasure_steps s ON s.erasure_id = $1 AND s.service = n.service"
    " ORDER BY n.place";

constexpr std::string_view finish_done =
    "UPDATE erasures e SET finished_at = $1, external_user_id = NULL"
    " WHERE coalesce(finished_at, 'infinity') = 'infinity'"
    "   AND (SELECT count(*) FROM erasure_steps s WHERE s.erasure_id = e.id) = 4"
    " RETURNING project_id";

// Those that were on their way when the deliveries went.
constexpr std::string_view delete_orphans =
    "DELETE FROM dead_letters l WHERE project_id = $1"
    " AND NOT EXISTS (SELECT FROM deliveries d WHERE d.id = l.delivery_id)";

erasure_row read_erasure(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .external_user_id = row.optional_text("external_user_id"),
        .reason = row.text("reason"),
        .requested_at = row.timestamp("requested_at"),
        .finished_at = row.optional_timestamp("finished_at"),
    };
}

erasure_step read_step(const postgres::row& row) {
    return {
        .service = row.text("service"),
        .done_at = row.optional_timestamp("done_at"),
        .rows_removed = row.integer("rows_removed"),
    };
}

}  // namespace

void begin_erasure(postgres::transaction& tx, const erasure_row& row) {
    const std::string user = row.external_user_id.value_or("");
    tx.query("SELECT pg_advisory_xact_lock(7300, 0)");
    postgres::params params;
    params.text(row.id).text(row.project).text(user).timestamp(row.requested_at).text(row.reason);
    tx.execute(insert_erasure, params);
    const auto of_user = postgres::params{}.text(row.project).text(user);
    std::vector<std::string> items;
    for (const auto& item : tx.query(delete_items, of_user)) {
        items.push_back(item.text("id"));
    }
    auto removed = static_cast<std::int64_t>(items.size());
    tx.execute(redact_audit, postgres::params{}.texts(items));
    removed += tx.execute(delete_dead_letters, of_user);
    tx.execute(
        insert_step, postgres::params{}.text(row.id).timestamp(row.requested_at).integer(removed)
    );
}

std::optional<erasure_row> find_erasure(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    const auto found = tx.query(select_erasure, postgres::params{}.text(project).text(id));
    auto erasure = read_first(found, read_erasure);
    if (!erasure) {
        return std::nullopt;
    }
    erasure->steps = read_all(tx.query(select_steps, postgres::params{}.text(id)), read_step);
    return erasure;
}

std::int64_t finish_erasures(postgres::transaction& tx, instant now) {
    const auto finished = tx.query(finish_done, postgres::params{}.timestamp(now));
    for (const auto& row : finished) {
        tx.execute(delete_orphans, postgres::params{}.text(row.text("project_id")));
    }
    return static_cast<std::int64_t>(finished.size());
}

bool hold_erasures(postgres::transaction& tx) {
    tx.query("SELECT pg_advisory_xact_lock_shared(7300, 0)");
    const auto found = tx.query("SELECT EXISTS (SELECT FROM erasures) AS any_erasure");
    return !found.empty() && found.front().boolean("any_erasure");
}

bool is_erased(
    postgres::transaction& tx, const std::optional<std::string>& key, instant received_at
) {
    const auto found = tx.query(
        "SELECT FROM erasures WHERE person = sha256($1::bytea) AND requested_at >= $2 LIMIT 1",
        postgres::params{}.bytes(key).timestamp(received_at)
    );
    return !found.empty();
}

}  // namespace vf::console
