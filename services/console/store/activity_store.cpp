#include "console/store/activity_store.hpp"

#include <fmt/format.h>

#include "console/store/page_query.hpp"
#include "console/store/user_status.hpp"

namespace vf::console {

namespace {

// Traits with a column of their own are traits still to the customer who sent them.
const std::string& select_users() {
    static const std::string statement = fmt::format(
        "SELECT external_user_id, email, name,"
        " (jsonb_strip_nulls(jsonb_build_object('plan', plan, 'company', company, 'role', role,"
        " 'signupDate', signup_date, 'timezone', timezone)) || traits)::text AS all_traits,"
        " stage_at(stage, access_ends_at, now()) AS stage_now, first_seen_at, last_seen_at,"
        " subscribed, {0} AS status_now, CASE WHEN {0} = 'paused' THEN paused_until END AS until"
        " FROM users u JOIN user_facts USING (user_id) WHERE project_id = $1",
        user_status_now
    );
    return statement;
}

user_row read_user(const postgres::row& row) {
    return {
        .external_user_id = row.text("external_user_id"),
        .email = row.optional_text("email"),
        .name = row.optional_text("name"),
        .traits = row.text("all_traits"),
        .stage = row.text("stage_now"),
        .first_seen_at = row.timestamp("first_seen_at"),
        .last_seen_at = row.timestamp("last_seen_at"),
        .subscribed = row.boolean("subscribed"),
        .status = row.text("status_now"),
        .paused_until = row.optional_timestamp("until"),
    };
}

constexpr std::string_view event_columns =
    "p.project_id, e.record_id::text AS record, e.external_user_id, e.name, e.properties,"
    " e.occurred_at, e.received_at, e.attached_at";

event_row read_event(const postgres::row& row) {
    return {
        .project = row.text("project_id"),
        .record = row.text("record"),
        .external_user_id = row.text("external_user_id"),
        .name = row.text("name"),
        .properties = row.text("properties"),
        .occurred_at = row.timestamp("occurred_at"),
        .received_at = row.timestamp("received_at"),
        .attached_at = row.optional_timestamp("attached_at"),
    };
}

}  // namespace

std::optional<user_row> find_user(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
) {
    static const std::string statement = select_users() + " AND external_user_id = $2";
    const auto found = tx.query(statement, postgres::params{}.text(project).text(external_user_id));
    return read_first(found, read_user);
}

std::optional<std::int64_t> find_user_id(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
) {
    const auto found = tx.query(
        "SELECT user_id FROM users WHERE project_id = $1 AND external_user_id = $2",
        postgres::params{}.text(project).text(external_user_id)
    );
    return found.empty() ? std::nullopt : std::optional{found.front().integer("user_id")};
}

page<user_row> list_users(
    postgres::transaction& tx, const std::string& project, const page_request& paging
) {
    page_query users{select_users(), std::move(postgres::params{}.text(project)), 1};
    return users.by_text(tx, "external_user_id", paging, read_user);
}

page<event_row> list_events(
    postgres::transaction& tx, const std::string& project, const event_filter& filter,
    const page_request& paging
) {
    std::string select = "SELECT ";
    select += event_columns;
    select +=
        " FROM (SELECT $1::text AS project_id) p, event_rows e"
        " WHERE e.project = (SELECT number FROM project_numbers WHERE project_id = $1)";
    postgres::params params;
    params.text(project);
    int param_count = 1;
    if (filter.external_user_id) {
        // Attached events are found by the number of the user, the others by their partial index.
        params.text(*filter.external_user_id);
        select +=
            " AND (e.user_id = (SELECT u.user_id FROM users u"
            " WHERE u.project_id = $1 AND u.external_user_id = $2)"
            " OR (e.user_id IS NULL AND e.external_user_id = $2))";
        param_count = 2;
    }
    page_query events{select, std::move(params), param_count};
    events.equals("e.name", filter.name);
    return events.newest_first(tx, {"e.received_at", "e.record_id", "uuid"}, paging, read_event);
}

std::optional<event_row> find_event(postgres::transaction& tx, const std::string& record) {
    static const std::string statement =
        "SELECT " + std::string{event_columns} +
        " FROM project_numbers p CROSS JOIN LATERAL (SELECT * FROM event_rows"
        " WHERE project = p.number AND record_id = $1::uuid LIMIT 1) e LIMIT 1";
    return read_first(tx.query(statement, postgres::params{}.text(record)), read_event);
}

}  // namespace vf::console
