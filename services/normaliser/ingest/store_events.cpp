#include "normaliser/ingest/store_events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "normaliser/ingest/decide_users.hpp"
#include "normaliser/ingest/project_numbers.hpp"
#include "normaliser/ingest/waiting_events.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

struct event_row {
    const new_event* event{nullptr};
    std::int64_t project{0};
    std::optional<std::int64_t> user_id;
    std::optional<instant> attached_at;
};

constexpr postgres::columns<event_row, 10> columns_of_event{{
    {"project", "integer", [](const event_row& row) { return row.project; }},
    {"record_id", "uuid",
     [](const event_row& row) -> const postgres::uuid_bytes& { return row.event->id.bytes; }},
    {"external_user_id", "text",
     [](const event_row& row) -> std::string_view { return row.event->who.user.text; }},
    {"user_id", "bigint", [](const event_row& row) { return row.user_id; }},
    {"name", "text", [](const event_row& row) -> std::string_view { return row.event->name; }},
    {"properties", "text",
     [](const event_row& row) -> std::string_view { return row.event->properties; }},
    {"occurred_at", "timestamptz", [](const event_row& row) { return row.event->occurred_at; }},
    {"received_at", "timestamptz", [](const event_row& row) { return row.event->received_at; }},
    {"attached_at", "timestamptz", [](const event_row& row) { return row.attached_at; }},
    {"historical", "boolean", [](const event_row& row) { return row.event->historical; }},
}};

std::string insert_rows(std::string_view on_conflict) {
    return "INSERT INTO event_rows (" + postgres::names(columns_of_event) + ") SELECT " +
           postgres::names(columns_of_event, "n.") + " FROM " + postgres::unnest(columns_of_event) +
           " AS n (" + postgres::names(columns_of_event) + ")" + std::string{on_conflict};
}

// A claim outlived by its event leaves the key of the table.
const std::string& insert_rows(if_stored stored) {
    static const std::string failing = insert_rows("");
    static const std::string skipping = insert_rows(" ON CONFLICT DO NOTHING");
    return stored == if_stored::fail ? failing : skipping;
}

// What a batch attaches by itself: that of nearly every user. attach_waiting.hpp has the rest.
constexpr attach_limits first_limits{.of_user = 500, .of_all = 2'000};

std::vector<attaching_user> attaching_of(const selected_users& selection, instant now) {
    std::vector<attaching_user> users;
    for (const auto* each : selection) {
        const auto& [name, one] = *each;
        users.push_back({
            .user_id = *one.user_id,
            .project = std::string{name.first},
            .user = std::string{name.second},
            .since = now,
            .received_after = one.received_after,
        });
    }
    return users;
}

}  // namespace

void insert_events(
    postgres::transaction& tx, const user_updates& users, instant now, if_stored stored
) {
    const auto numbers = number_projects(tx, projects_of(users));
    if (tx.failed()) {
        return;
    }
    std::vector<event_row> rows;
    for (const auto& [name, one] : users) {
        const auto attached_at = one.user_id ? std::optional{now} : std::nullopt;
        for (const auto* event : one.events) {
            rows.push_back({event, numbers.at(event->who.project.text), one.user_id, attached_at});
        }
    }
    if (!rows.empty()) {
        tx.execute(insert_rows(stored), postgres::bind(columns_of_event, rows));
    }
}

std::size_t attach_pending(
    postgres::transaction& tx, user_updates& users, const facts::fact_rules& rules, instant now
) {
    const auto selection = select(users, [](const user_update& one) { return one.is_new; });
    if (selection.empty()) {
        return 0;
    }
    std::unordered_map<std::int64_t, user_updates::value_type*> by_id;
    for (auto* each : selection) {
        by_id.emplace(*each->second.user_id, each);
    }
    const auto attaching = attaching_of(selection, now);
    const auto attached = attach_some(tx, attaching, deciding_events(rules), first_limits);
    for (const auto& event : attached.events) {
        auto* each = by_id.at(event.user_id);
        each->second.extend_seen(event.seen_at());
        decide_attached(*each, event, rules);
    }
    // However few they were: one that was moved at the same time is waiting still, and nobody else
    // would look for it.
    if (attached.found > 0) {
        const auto waiting = still_waiting(tx, attaching);
        if (!waiting.empty()) {
            begin_attaching(tx, waiting, now);
        }
    }
    return attached.events.size();
}

}  // namespace vf::normaliser
