#include "console/store/delivery_store.hpp"

#include "console/api/listing.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_deliveries =
    "SELECT id, project_id, event_id, endpoint_id, type, state, attempts, run, next_attempt_at,"
    " created_at, settled_at FROM deliveries";

delivery_row read_delivery(const postgres::row& row) {
    return {
        row.text(0),
        row.text(1),
        row.text(2),
        row.text(3),
        row.text(4),
        row.text(5),
        row.integer(6),
        row.integer(7),
        row.optional_timestamp(8),
        row.timestamp(9),
        row.optional_timestamp(10)
    };
}

std::vector<delivery_row> read_deliveries(const postgres::rows& found) {
    std::vector<delivery_row> rows;
    for (const auto& row : found) {
        rows.push_back(read_delivery(row));
    }
    return rows;
}

}  // namespace

slice<delivery_row> list_deliveries(
    postgres::transaction& tx, const std::string& project, const delivery_filter& filter,
    const page& page
) {
    static const std::string select = std::string{select_deliveries} + " WHERE project_id = $1";
    listing rows{select, std::move(postgres::params{}.text(project)), 1};
    rows.equals("event_id", filter.event).equals("endpoint_id", filter.endpoint);
    rows.equals("state", filter.state);
    return cut(read_deliveries(rows.newest_first(tx, {"created_at", "id"}, page)), page.limit);
}

std::optional<delivery_row> find_delivery(postgres::transaction& tx, const std::string& id) {
    static const std::string statement = std::string{select_deliveries} + " WHERE id = $1";
    postgres::params params;
    params.text(id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_delivery(found.front());
}

std::vector<attempt_row> attempts_of(postgres::transaction& tx, const std::string& delivery) {
    postgres::params params;
    params.text(delivery);
    std::vector<attempt_row> rows;
    for (const auto& row : tx.query(
             "SELECT run, attempt, started_at, (extract(epoch FROM took) * 1000000)::bigint,"
             " outcome, status, error, address, response_body FROM attempts"
             " WHERE delivery_id = $1 ORDER BY run, attempt, started_at",
             params
         )) {
        rows.push_back(
            {row.integer(0), row.integer(1), row.timestamp(2), row.integer(3), row.text(4),
             row.optional_integer(5), row.optional_text(6), row.optional_text(7),
             row.optional_bytes(8)}
        );
    }
    return rows;
}

std::optional<webhook_event_row> find_webhook_event(
    postgres::transaction& tx, const std::string& id
) {
    postgres::params params;
    params.text(id);
    const auto found = tx.query(
        "SELECT event_id, project_id, type, body, created_at FROM webhook_events"
        " WHERE event_id = $1",
        params
    );
    if (found.empty()) {
        return std::nullopt;
    }
    const auto& row = found.front();
    return webhook_event_row{row.text(0), row.text(1), row.text(2), row.bytes(3), row.timestamp(4)};
}

std::vector<delivery_row> deliveries_of(postgres::transaction& tx, const std::string& event) {
    static const std::string statement =
        std::string{select_deliveries} + " WHERE event_id = $1 ORDER BY created_at, id";
    postgres::params params;
    params.text(event);
    return read_deliveries(tx.query(statement, params));
}

}  // namespace vf::console
