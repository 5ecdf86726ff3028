#include "normaliser/ingest/waiting_events.hpp"

#include <string_view>

#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

constexpr postgres::columns<attaching_user, 5> columns_of_user{{
    {"user_id", "bigint", [](const attaching_user& one) { return one.user_id; }},
    {"project_id", "text", [](const attaching_user& one) { return one.project; }},
    {"external_user_id", "text", [](const attaching_user& one) { return one.user; }},
    {"since", "timestamptz", [](const attaching_user& one) { return one.since; }},
    {"received_after", "timestamptz", [](const attaching_user& one) { return one.received_after; }},
}};

// One that retention removes, or quarantine marks, at the same time is left alone or updated as it
// is by then: how many there are left is counted by itself. Rows are found again by their place:
// where little is known of a table, as in a new month, a join by key may be planned as a scan for
// each event.
const std::string& update_some() {
    static const std::string statement =
        "WITH chosen AS MATERIALIZED ("
        "   SELECT w.part, w.place, n.user_id, n.since FROM " +
        postgres::unnest(columns_of_user) + " AS n (" + postgres::names(columns_of_user) +
        ")"
        "   JOIN project_numbers p ON p.project_id = n.project_id"
        "   CROSS JOIN LATERAL ("
        "      SELECT tableoid AS part, ctid AS place FROM event_rows"
        "      WHERE user_id IS NULL AND project = p.number"
        "        AND external_user_id = n.external_user_id AND received_at > n.received_after"
        "      LIMIT $6::bigint) AS w"
        "   LIMIT $7::bigint), attached AS ("
        " UPDATE event_rows e SET user_id = s.user_id, attached_at = s.since FROM chosen s"
        " WHERE e.ctid = s.place AND e.tableoid = s.part AND e.user_id IS NULL"
        " RETURNING e.user_id, e.name, e.occurred_at, e.received_at, e.record_id,"
        "           e.historical,"
        "           CASE WHEN e.name = ANY ($8::text[]) THEN e.properties ELSE '' END"
        "           AS properties)"
        " SELECT c.found, a.* FROM (SELECT count(*) AS found FROM chosen) AS c"
        " LEFT JOIN attached a ON true";
    return statement;
}

// A probe for each user whatever is known of the table, which EXISTS is not.
const std::string& select_waiting() {
    static const std::string statement =
        "SELECT n.user_id FROM " + postgres::unnest(columns_of_user) + " AS n (" +
        postgres::names(columns_of_user) +
        ") JOIN project_numbers p ON p.project_id = n.project_id"
        " CROSS JOIN LATERAL (SELECT FROM event_rows e WHERE e.user_id IS NULL"
        "   AND e.project = p.number AND e.external_user_id = n.external_user_id"
        "   AND e.received_at > n.received_after LIMIT 1) AS w";
    return statement;
}

constexpr std::string_view set_attaching =
    "UPDATE user_due SET next_eval_at = 'infinity', attaching_since = $2::timestamptz"
    " WHERE user_id = ANY ($1::bigint[])";

constexpr std::string_view set_attached =
    "UPDATE user_due SET next_eval_at = '-infinity', attaching_since = NULL"
    " WHERE user_id = ANY ($1::bigint[])";

}  // namespace

attached_events attach_some(
    postgres::transaction& tx, const std::vector<attaching_user>& users,
    const std::vector<std::string>& names, attach_limits limits
) {
    auto params = postgres::bind(columns_of_user, users);
    params.integer(static_cast<std::int64_t>(limits.of_user));
    params.integer(static_cast<std::int64_t>(limits.of_all)).texts(names);
    attached_events attached;
    for (const auto& row : tx.query(update_some(), params)) {
        attached.found = static_cast<std::size_t>(row.integer("found"));
        if (!row.is_null("user_id")) {
            attached.events.push_back(read_event(row));
        }
    }
    return attached;
}

std::vector<std::int64_t> still_waiting(
    postgres::transaction& tx, const std::vector<attaching_user>& users
) {
    std::vector<std::int64_t> waiting;
    for (const auto& row : tx.query(select_waiting(), postgres::bind(columns_of_user, users))) {
        waiting.push_back(row.integer("user_id"));
    }
    return waiting;
}

void begin_attaching(
    postgres::transaction& tx, const std::vector<std::int64_t>& users, instant since
) {
    tx.execute(set_attaching, postgres::params{}.integers(users).timestamp(since));
}

void finish_attaching(postgres::transaction& tx, const std::vector<std::int64_t>& users) {
    tx.execute(set_attached, postgres::params{}.integers(users));
}

}  // namespace vf::normaliser
