#include "console/store/activity_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

namespace {

// Traits with a column of their own are traits still to the customer who sent them.
constexpr std::string_view select_users =
    "SELECT external_user_id, email, name,"
    " (jsonb_strip_nulls(jsonb_build_object('plan', plan, 'company', company, 'role', role,"
    " 'signupDate', signup_date, 'timezone', timezone)) || traits)::text,"
    " stage_at(stage, access_ends_at, now()), first_seen_at, last_seen_at, subscribed"
    " FROM users JOIN user_facts USING (user_id) WHERE project_id = $1";

user_row read_user(const postgres::row& row) {
    return {row.text(0), row.optional_text(1), row.optional_text(2), row.text(3),
            row.text(4), row.timestamp(5),     row.timestamp(6),     row.boolean(7)};
}

constexpr std::string_view event_columns =
    "e.project_id, e.record_id::text, e.external_user_id, e.name, e.properties, e.occurred_at,"
    " e.received_at, e.attached_at";

event_row read_event(const postgres::row& row) {
    return {row.text(0), row.text(1),      row.text(2),      row.text(3),
            row.text(4), row.timestamp(5), row.timestamp(6), row.optional_timestamp(7)};
}

constexpr std::string_view select_drafts =
    "SELECT id, project_id, rule_id, preset, external_user_id, status, message_id, created_at"
    " FROM drafts";

draft_row read_draft(const postgres::row& row) {
    return {row.text(0), row.text(1), row.text(2),          row.text(3),
            row.text(4), row.text(5), row.optional_text(6), row.timestamp(7)};
}

}  // namespace

std::optional<user_row> find_user(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
) {
    static const std::string statement = std::string{select_users} + " AND external_user_id = $2";
    postgres::params params;
    params.text(project).text(external_user_id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_user(found.front());
}

slice<user_row> list_users(
    postgres::transaction& tx, const std::string& project, const page& page
) {
    listing rows{select_users, std::move(postgres::params{}.text(project)), 1};
    std::vector<user_row> user_rows;
    for (const auto& row : rows.by_text(tx, "external_user_id", page)) {
        user_rows.push_back(read_user(row));
    }
    return cut(std::move(user_rows), page.limit);
}

slice<event_row> list_events(
    postgres::transaction& tx, const std::string& project, const event_filter& filter,
    const page& page
) {
    std::string select = "SELECT ";
    select += event_columns;
    select += " FROM events e WHERE e.project_id = $1";
    postgres::params params;
    params.text(project);
    int value = 1;
    if (filter.external_user_id) {
        // Attached events are found by the number of the user, the others by their partial index.
        params.text(*filter.external_user_id);
        select +=
            " AND (e.user_id = (SELECT u.user_id FROM users u"
            " WHERE u.project_id = $1 AND u.external_user_id = $2)"
            " OR (e.user_id IS NULL AND e.external_user_id = $2))";
        value = 2;
    }
    listing rows{select, std::move(params), value};
    rows.equals("e.name", filter.name);
    std::vector<event_row> event_rows;
    for (const auto& row : rows.newest_first(tx, {"e.received_at", "e.record_id", "uuid"}, page)) {
        event_rows.push_back(read_event(row));
    }
    return cut(std::move(event_rows), page.limit);
}

std::optional<event_row> find_event(postgres::transaction& tx, const std::string& record) {
    static const std::string statement =
        "SELECT " + std::string{event_columns} +
        " FROM projects p CROSS JOIN LATERAL (SELECT * FROM events"
        " WHERE project_id = p.id AND record_id = $1::uuid LIMIT 1) e LIMIT 1";
    postgres::params params;
    params.text(record);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_event(found.front());
}

slice<draft_row> list_drafts(
    postgres::transaction& tx, const std::string& project, const draft_filter& filter,
    const page& page
) {
    static const std::string select = std::string{select_drafts} + " WHERE project_id = $1";
    listing rows{select, std::move(postgres::params{}.text(project)), 1};
    rows.equals("external_user_id", filter.external_user_id).equals("status", filter.status);
    std::vector<draft_row> draft_rows;
    for (const auto& row : rows.newest_first(tx, {"created_at", "id"}, page)) {
        draft_rows.push_back(read_draft(row));
    }
    return cut(std::move(draft_rows), page.limit);
}

std::optional<draft_row> find_draft(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = std::string{select_drafts} + " WHERE id = $1";
    postgres::params params;
    params.text(id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_draft(found.front());
}

}  // namespace vf::console
