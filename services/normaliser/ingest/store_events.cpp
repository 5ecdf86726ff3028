#include "normaliser/ingest/store_events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/ingest/decide_users.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

struct event_row {
    const new_event* event{nullptr};
    std::optional<std::int64_t> user_id;
    std::optional<instant> attached_at;
};

constexpr postgres::columns<event_row, 10> columns_of_event{{
    {"project_id", "text", [](const event_row& row) { return row.event->who.project.text; }},
    {"record_id", "uuid", [](const event_row& row) { return row.event->id.uuid(); }},
    {"external_user_id", "text", [](const event_row& row) { return row.event->who.user.text; }},
    {"user_id", "bigint", [](const event_row& row) { return row.user_id; }},
    {"name", "text", [](const event_row& row) { return row.event->name; }},
    {"properties", "text", [](const event_row& row) { return row.event->properties; }},
    {"occurred_at", "timestamptz", [](const event_row& row) { return row.event->occurred_at; }},
    {"received_at", "timestamptz", [](const event_row& row) { return row.event->received_at; }},
    {"attached_at", "timestamptz", [](const event_row& row) { return row.attached_at; }},
    {"historical", "boolean", [](const event_row& row) { return row.event->historical; }},
}};

// The claim guards the record; a claim outlived by its record (partitions are dropped) leaves the
// key of the table.
const std::string& insert_rows() {
    static const std::string statement =
        "INSERT INTO events (" + postgres::names(columns_of_event) + ") SELECT " +
        postgres::names(columns_of_event, "n.") + " FROM " + postgres::unnest(columns_of_event) +
        " AS n (" + postgres::names(columns_of_event) + ") ON CONFLICT DO NOTHING";
    return statement;
}

// Answers how many events had been pending, for each of the new users that had any.
constexpr std::string_view attach_events =
    "WITH attached AS ("
    "   UPDATE events e SET user_id = n.user_id, attached_at = $4::timestamptz"
    "   FROM unnest($1::text[], $2::text[], $3::bigint[])"
    "        AS n (project_id, external_user_id, user_id)"
    "   WHERE e.user_id IS NULL AND e.project_id = n.project_id"
    "     AND e.external_user_id = n.external_user_id"
    "   RETURNING e.user_id, least(e.occurred_at, e.received_at) AS seen_at)"
    " SELECT user_id, count(*) AS events, min(seen_at) AS first_at, max(seen_at) AS last_at"
    " FROM attached GROUP BY user_id";

using users_by_id = std::unordered_map<std::int64_t, user_updates::value_type*>;

void decide_events_of(
    postgres::transaction& tx, const users_by_id& users, const std::vector<std::int64_t>& some,
    const facts::fact_rules& rules
) {
    for_each_event(tx, some, deciding_events(rules), [&](const stored_event& event) {
        decide_attached(*users.at(event.user_id), event, rules);
    });
}

postgres::rows attach(
    postgres::transaction& tx, const selected_users& selection, instant attached_at
) {
    std::vector<std::int64_t> ids;
    for (const auto* each : selection) {
        ids.push_back(*each->second.user_id);
    }
    const auto names = name_columns_of(selection);
    return tx.query(
        attach_events, postgres::params{}
                           .texts(names.projects)
                           .texts(names.users)
                           .integers(ids)
                           .timestamp(attached_at)
    );
}

}  // namespace

void insert_events(postgres::transaction& tx, const user_updates& users, instant now) {
    std::vector<event_row> rows;
    for (const auto& [name, one] : users) {
        const auto attached_at = one.user_id ? std::optional{now} : std::nullopt;
        for (const auto* event : one.events) {
            rows.push_back({event, one.user_id, attached_at});
        }
    }
    if (!rows.empty()) {
        tx.execute(insert_rows(), postgres::bind(columns_of_event, rows));
    }
}

std::size_t attach_pending(
    postgres::transaction& tx, user_updates& users, const facts::fact_rules& rules, instant now
) {
    const auto selection = select(users, [](const user_update& one) { return one.is_new; });
    if (selection.empty()) {
        return 0;
    }
    users_by_id by_id;
    for (auto* each : selection) {
        by_id.emplace(*each->second.user_id, each);
    }
    // Looked through some users at a time, so that their pages stay short.
    constexpr std::size_t events_at_once = 5'000;
    std::vector<std::int64_t> some;
    std::size_t pending = 0;
    std::size_t attached = 0;
    for (const auto& row : attach(tx, selection, now)) {
        const auto user_id = row.integer("user_id");
        const auto events = static_cast<std::size_t>(row.integer("events"));
        if (!some.empty() && pending + events > events_at_once) {
            decide_events_of(tx, by_id, some, rules);
            some.clear();
            pending = 0;
        }
        user_update& one = by_id.at(user_id)->second;
        one.extend_seen(row.timestamp("first_at"));
        one.extend_seen(row.timestamp("last_at"));
        one.occurrences.clear();
        some.push_back(user_id);
        pending += events;
        attached += events;
    }
    decide_events_of(tx, by_id, some, rules);
    return attached;
}

}  // namespace vf::normaliser
