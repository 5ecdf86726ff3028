#include "console/store/endpoint_store.hpp"

#include "console/api/listing.hpp"
#include "vf/json/parse.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_endpoints =
    "SELECT e.id, e.project_id, e.url, array_to_json(e.event_types)::text, e.signature,"
    " e.created_at, s.paused_until, s.disabled_at, s.disabled_reason"
    " FROM endpoints e LEFT JOIN endpoint_states s ON s.endpoint_id = e.id"
    " WHERE e.project_id = $1 AND e.deleted_at IS NULL";

std::vector<std::string> texts_of(const std::string& array) {
    std::vector<std::string> values;
    if (const auto parsed = json::parse(array)) {
        for (const auto& item : parsed->items) {
            values.push_back(item.text);
        }
    }
    return values;
}

endpoint_row read_endpoint(const postgres::row& row) {
    return {
        row.text(0),
        row.text(1),
        row.text(2),
        texts_of(row.text(3)),
        row.text(4),
        row.timestamp(5),
        row.optional_timestamp(6),
        row.optional_timestamp(7),
        row.optional_text(8)
    };
}

}  // namespace

void insert_endpoint(
    postgres::transaction& tx, const endpoint_row& row, const std::string& secret_sealed
) {
    postgres::params params;
    params.text(row.id).text(row.project).text(row.url).texts(row.event_types);
    params.text(row.signature).bytes(secret_sealed).timestamp(row.created_at);
    tx.execute(
        "INSERT INTO endpoints"
        " (id, project_id, url, event_types, signature, secret_sealed, created_at)"
        " VALUES ($1, $2, $3, $4::text[], $5, $6, $7)",
        params
    );
}

slice<endpoint_row> list_endpoints(
    postgres::transaction& tx, const std::string& project, const page& page
) {
    listing rows{select_endpoints, std::move(postgres::params{}.text(project)), 1};
    std::vector<endpoint_row> endpoint_rows;
    for (const auto& row : rows.newest_first(tx, {"e.created_at", "e.id"}, page)) {
        endpoint_rows.push_back(read_endpoint(row));
    }
    return cut(std::move(endpoint_rows), page.limit);
}

std::optional<endpoint_row> find_endpoint(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    static const std::string statement = std::string{select_endpoints} + " AND e.id = $2";
    postgres::params params;
    params.text(project).text(id);
    const auto found = tx.query(statement, params);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_endpoint(found.front());
}

bool delete_endpoint(
    postgres::transaction& tx, const std::string& project, const std::string& id, instant now
) {
    postgres::params params;
    params.text(project).text(id).timestamp(now);
    return tx.execute(
               "UPDATE endpoints SET deleted_at = $3"
               " WHERE project_id = $1 AND id = $2 AND deleted_at IS NULL",
               params
           ) > 0;
}

}  // namespace vf::console
