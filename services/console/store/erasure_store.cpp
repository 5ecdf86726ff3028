#include "console/store/erasure_store.hpp"

#include <cstddef>
#include <string_view>

#include "console/store/erased_addresses.hpp"
#include "console/store/read_rows.hpp"
#include "vf/base/time_text.hpp"
#include "vf/upkeep/erasure_step.hpp"

namespace vf::console {

namespace {

constexpr std::string_view insert_erasure =
    "INSERT INTO erasures (id, project_id, person, external_user_id, requested_at, reason)"
    " VALUES ($1, $2::text, sha256(convert_to($2::text || ':' || $3::text, 'UTF8')), $3::text,"
    " $4, $5)";

constexpr std::int64_t rows_at_once = 500;

// What came for the user has the user's key.
constexpr std::string_view delete_items =
    "DELETE FROM quarantine_items WHERE id = ANY (ARRAY("
    "   SELECT id FROM quarantine_items WHERE sha256(key) = $1::bytea AND received_at <= $2"
    "   LIMIT $3::bigint)) RETURNING id";

// A notice of mail that found nobody has the provider's key, and names the user by the address
// alone: all of the project are looked through, from the oldest on. Nothing else of it is. At once
// as many as come to 64 MiB: one may have fifty.
constexpr std::string_view select_items =
    "SELECT id, set_aside_at, body FROM (SELECT mail.*,"
    "   sum(octet_length(body)) OVER (ORDER BY set_aside_at, id DESC) - octet_length(body) AS "
    "before"
    " FROM ((SELECT id, set_aside_at, body FROM quarantine_items"
    "     WHERE project_id = $1 AND topic = 'vf.mail' AND set_aside_at >= $2"
    "       AND (set_aside_at > $2 OR id < $3)"
    "     ORDER BY set_aside_at, id DESC LIMIT $4::bigint)"
    "   UNION ALL"
    "   (SELECT id, set_aside_at, body FROM quarantine_items"
    "     WHERE project_id = $1 AND topic = 'vf.mail.large' AND set_aside_at >= $2"
    "       AND (set_aside_at > $2 OR id < $3)"
    "     ORDER BY set_aside_at, id DESC LIMIT $4::bigint)) AS mail) AS items"
    " WHERE before < 67108864"
    " ORDER BY set_aside_at, id DESC LIMIT $4::bigint";

constexpr std::string_view delete_named =
    "DELETE FROM quarantine_items WHERE id = ANY ($1::text[])";

// That it was replayed, by whom and why stays on record; what was sent does not.
constexpr std::string_view redact_audit =
    "UPDATE audit SET detail = detail - 'body'"
    " WHERE action = 'quarantine.replay' AND target = ANY ($1::text[]) AND detail ? 'body'";

// Whose delivery has gone. A later user's of the same external id is there still.
constexpr std::string_view delete_dead_letters =
    "DELETE FROM dead_letters WHERE id = ANY (ARRAY("
    "   SELECT id FROM dead_letters l WHERE person = $1::bytea"
    "     AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.event_id = l.event_id)"
    "   LIMIT $2::bigint))";

// What was done with drafts names the draft alone, and the evaluator has removed those of the user:
// all of the project are looked through, some at a time.
constexpr std::string_view select_actions =
    "SELECT DISTINCT draft_id AS id FROM draft_actions WHERE project_id = $1 AND draft_id > $2"
    " ORDER BY draft_id LIMIT $3::bigint";

constexpr std::int64_t drafts_at_once = 2'000;

constexpr std::string_view delete_actions =
    "DELETE FROM draft_actions a WHERE project_id = $1 AND draft_id = ANY ($2::text[])"
    " AND NOT EXISTS (SELECT FROM drafts d WHERE d.id = a.draft_id)";

constexpr std::string_view select_erasure =
    "SELECT id, project_id, external_user_id, reason, requested_at, finished_at"
    " FROM erasures WHERE project_id = $1 AND id = $2";

constexpr std::string_view select_steps =
    "SELECT n.service, s.done_at, coalesce(s.rows_removed, p.rows_removed, 0) AS rows_removed"
    " FROM unnest(ARRAY['console', 'normaliser', 'trigger-evaluator', 'webhook-dispatcher'])"
    "      WITH ORDINALITY AS n (service, place)"
    " LEFT JOIN erasure_steps s ON s.erasure_id = $1 AND s.service = n.service"
    " LEFT JOIN erasure_progress p ON p.erasure_id = $1 AND p.service = n.service"
    " ORDER BY n.place";

constexpr std::string_view finish_done =
    "UPDATE erasures e SET finished_at = $1, external_user_id = NULL"
    " WHERE coalesce(finished_at, 'infinity') = 'infinity'"
    "   AND (SELECT count(*) FROM erasure_steps s WHERE s.erasure_id = e.id) = 4"
    " RETURNING project_id";

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

// Where the next look at the items goes on: "<when> <id>".
struct item_place {
    instant set_aside_at{instant::min()};
    std::string id;
};

item_place place_of(const std::optional<std::string>& cursor) {
    const auto space = cursor ? cursor->find(' ') : std::string::npos;
    if (space == std::string::npos) {
        return {};
    }
    const auto when = parse_instant(cursor->substr(0, space));
    return when ? item_place{*when, cursor->substr(space + 1)} : item_place{};
}

std::vector<std::string> ids_of(const postgres::rows& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows) {
        ids.push_back(row.text("id"));
    }
    return ids;
}

// The cursor of the second part: what is behind it is the id of a draft.
constexpr std::string_view actions_cursor = "actions ";

bool is_at_actions(const std::optional<std::string>& cursor) {
    return cursor && cursor->starts_with(actions_cursor);
}

upkeep::removal remove_actions(postgres::transaction& tx, const upkeep::erasure& erasure) {
    postgres::params params;
    params.text(erasure.project).text(erasure.cursor->substr(actions_cursor.size()));
    const auto ids = ids_of(tx.query(select_actions, params.integer(drafts_at_once)));
    if (ids.empty()) {
        return {.finished = true, .cursor = erasure.cursor};
    }
    return {
        .rows = tx.execute(delete_actions, postgres::params{}.text(erasure.project).texts(ids)),
        .cursor = std::string{actions_cursor} + ids.back(),
    };
}

// Looks through some items from the cursor on; when there are none left, the actions are next.
upkeep::removal remove_named(
    postgres::transaction& tx, const upkeep::erasure& erasure, const crypto::master_key& master
) {
    const auto from = place_of(erasure.cursor);
    postgres::params params;
    params.text(erasure.project).timestamp(from.set_aside_at).text(from.id);
    const auto found = tx.query(select_items, params.integer(rows_at_once));
    if (found.empty()) {
        return {.cursor = std::string{actions_cursor}};
    }
    std::vector<std::string> bodies;
    for (const auto& row : found) {
        bodies.push_back(row.bytes("body"));
    }
    const auto named = name_erased(tx, master, erasure.project, bodies);
    std::vector<std::string> ids;
    for (std::size_t index = 0; index < found.size(); ++index) {
        if (named[index]) {
            ids.push_back(found[index].text("id"));
        }
    }
    tx.execute(redact_audit, postgres::params{}.texts(ids));
    const auto& last = found.back();
    return {
        .rows = tx.execute(delete_named, postgres::params{}.texts(ids)),
        .cursor = format_instant(last.timestamp("set_aside_at")) + " " + last.text("id"),
    };
}

upkeep::removal remove_slice(
    postgres::transaction& tx, const upkeep::erasure& erasure, const crypto::master_key& master
) {
    postgres::params params;
    params.bytes(erasure.person).timestamp(erasure.requested_at).integer(rows_at_once);
    const auto items = ids_of(tx.query(delete_items, params));
    tx.execute(redact_audit, postgres::params{}.texts(items));
    const auto letters = tx.execute(
        delete_dead_letters, postgres::params{}.bytes(erasure.person).integer(rows_at_once)
    );
    auto removed = is_at_actions(erasure.cursor) ? remove_actions(tx, erasure)
                                                 : remove_named(tx, erasure, master);
    removed.rows += static_cast<std::int64_t>(items.size()) + letters;
    removed.finished = removed.finished && removed.rows == 0;
    return removed;
}

// Whoever was keeping what arrives has ended; whoever begins from here on sees the erasure.
upkeep::beginning await_intake(postgres::transaction& tx, const upkeep::erasure&) {
    tx.query("SELECT pg_advisory_xact_lock(7300, 0)");
    return {};
}

}  // namespace

void begin_erasure(
    postgres::transaction& tx, const erasure_row& row, const crypto::master_key& master
) {
    const std::string user = row.external_user_id.value_or("");
    postgres::params params;
    params.text(row.id).text(row.project).text(user).timestamp(row.requested_at).text(row.reason);
    tx.execute(insert_erasure, params);
    // Before the normaliser removes the user, who has it.
    record_erased_address(tx, master, row.project, user);
}

bool erase_next(postgres::transaction& tx, const crypto::master_key& master) {
    return upkeep::erase_next(
        tx,
        {
            .service = "console",
            .after = {"trigger-evaluator", "webhook-dispatcher"},
            .begin = await_intake,
            .remove = [&master](
                          postgres::transaction& slice, const upkeep::erasure& erasure
                      ) { return remove_slice(slice, erasure, master); },
        }
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
    return static_cast<std::int64_t>(tx.query(finish_done, postgres::params{}.timestamp(now)).size()
    );
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

bool is_orphan(postgres::transaction& tx, const std::string& project, const std::string& event) {
    const auto found = tx.query(
        "SELECT FROM erasures WHERE project_id = $1"
        " AND NOT EXISTS (SELECT FROM webhook_events WHERE event_id = $2) LIMIT 1",
        postgres::params{}.text(project).text(event)
    );
    return !found.empty();
}

}  // namespace vf::console
