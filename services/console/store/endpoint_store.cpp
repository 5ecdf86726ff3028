#include "console/store/endpoint_store.hpp"

#include "console/store/page_query.hpp"
#include "vf/json/parse.hpp"

namespace vf::console {

namespace {

constexpr std::string_view select_endpoints =
    "SELECT e.id, e.project_id, e.url, array_to_json(e.event_types)::text AS event_types,"
    " e.signature, e.created_at, s.paused_until, s.disabled_at, s.disabled_reason"
    " FROM endpoints e LEFT JOIN endpoint_states s ON s.endpoint_id = e.id"
    " WHERE e.project_id = $1 AND e.deleted_at IS NULL";

std::vector<std::string> texts_of(const std::string& array) {
    std::vector<std::string> values;
    if (const auto parsed = json::parse(array)) {
        for (const auto& item : parsed->root().items()) {
            values.emplace_back(item.text);
        }
    }
    return values;
}

endpoint_row read_endpoint(const postgres::row& row) {
    return {
        .id = row.text("id"),
        .project = row.text("project_id"),
        .url = row.text("url"),
        .event_types = texts_of(row.text("event_types")),
        .signature = row.text("signature"),
        .created_at = row.timestamp("created_at"),
        .paused_until = row.optional_timestamp("paused_until"),
        .disabled_at = row.optional_timestamp("disabled_at"),
        .disabled_reason = row.optional_text("disabled_reason"),
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

page<endpoint_row> list_endpoints(
    postgres::transaction& tx, const std::string& project, const page_request& paging
) {
    page_query endpoints{select_endpoints, std::move(postgres::params{}.text(project)), 1};
    return endpoints.newest_first(tx, {"e.created_at", "e.id"}, paging, read_endpoint);
}

std::optional<endpoint_row> find_endpoint(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    static const std::string statement = std::string{select_endpoints} + " AND e.id = $2";
    const auto found = tx.query(statement, postgres::params{}.text(project).text(id));
    return read_first(found, read_endpoint);
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
