#include "console/store/delivery_store.hpp"

#include "console/store/page_query.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_deliveries =
    "SELECT id, project_id, event_id, endpoint_id, type, state, attempts, run, next_attempt_at,"
    " created_at, settled_at FROM deliveries";

delivery_row read_delivery(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .event = row.text("event_id"),
        .endpoint = row.text("endpoint_id"),
        .type = row.text("type"),
        .state = row.text("state"),
        .attempts = row.integer("attempts"),
        .run = row.integer("run"),
        .next_attempt_at = row.optional_timestamp("next_attempt_at"),
        .created_at = row.timestamp("created_at"),
        .settled_at = row.optional_timestamp("settled_at"),
    };
}

attempt_row read_attempt(const postgres::row& row) {
    return {
        .run = row.integer("run"),
        .attempt = row.integer("attempt"),
        .started_at = row.timestamp("started_at"),
        .took_microseconds = row.integer("took_microseconds"),
        .outcome = row.text("outcome"),
        .status = row.optional_integer("status"),
        .error = row.optional_text("error"),
        .address = row.optional_text("address"),
        .response_body = row.optional_bytes("response_body"),
    };
}

webhook_event_row read_webhook_event(const postgres::row& row) {
    return {
        .id = row.text("event_id"),
        .project = row.text("project_id"),
        .type = row.text("type"),
        .body = row.bytes("body"),
        .created_at = row.timestamp("created_at"),
    };
}

}  // namespace

page<delivery_row> list_deliveries(
    postgres::transaction& tx, const std::string& project, const delivery_filter& filter,
    const page_request& paging
) {
    static const std::string select = std::string{select_deliveries} + " WHERE project_id = $1";
    page_query deliveries{select, std::move(postgres::params{}.text(project)), 1};
    deliveries.equals("event_id", filter.event).equals("endpoint_id", filter.endpoint);
    deliveries.equals("state", filter.state);
    return deliveries.newest_first(tx, {"created_at", "id"}, paging, read_delivery);
}

std::optional<delivery_row> find_delivery(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = std::string{select_deliveries} + " WHERE id = $1";
    return read_first(tx.query(statement, postgres::params{}.text(id)), read_delivery);
}

std::vector<attempt_row> attempts_of(postgres::transaction& tx, const std::string& delivery) {
    const auto found = tx.query(
        "SELECT run, attempt, started_at,"
        " (extract(epoch FROM took) * 1000000)::bigint AS took_microseconds,"
        " outcome, status, error, address, response_body FROM attempts"
        " WHERE delivery_id = $1 ORDER BY run, attempt, started_at",
        postgres::params{}.text(delivery)
    );
    return read_all(found, read_attempt);
}

std::optional<webhook_event_row> find_webhook_event(
    postgres::transaction& tx, const std::string& id
) {
    const auto found = tx.query(
        "SELECT event_id, project_id, type, body, created_at FROM webhook_events"
        " WHERE event_id = $1",
        postgres::params{}.text(id)
    );
    return read_first(found, read_webhook_event);
}

std::vector<delivery_row> deliveries_of(postgres::transaction& tx, const std::string& event) {
    static const std::string statement =
        std::string{select_deliveries} + " WHERE event_id = $1 ORDER BY created_at, id";
    return read_all(tx.query(statement, postgres::params{}.text(event)), read_delivery);
}

}  // namespace vf::console
