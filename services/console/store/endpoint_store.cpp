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
    std::vector<std::string> made;
    if (const auto parsed = json::parse(array)) {
        for (const auto& item : parsed->items) {
            made.push_back(item.text);
        }
    }
    return made;
}

endpoint_row read_endpoint(const postgres::row& row) {
    return {row.text(0), row.text(1),        row.text(2),        texts_of(row.text(3)), row.text(4),
            row.at(5),   row.optional_at(6), row.optional_at(7), row.optional_text(8)};
}

}  // namespace

void insert_endpoint(
    postgres::transaction& in, const endpoint_row& row, const std::string& secret_sealed
) {
    postgres::params with;
    with.text(row.id).text(row.project).text(row.url).texts(row.event_types);
    with.text(row.signature).bytes(secret_sealed).at(row.created_at);
    in.execute(
        "INSERT INTO endpoints"
        " (id, project_id, url, event_types, signature, secret_sealed, created_at)"
        " VALUES ($1, $2, $3, $4::text[], $5, $6, $7)",
        with
    );
}

slice<endpoint_row> list_endpoints(
    postgres::transaction& in, const std::string& project, const page& wanted
) {
    listing rows{select_endpoints, std::move(postgres::params{}.text(project)), 1};
    std::vector<endpoint_row> made;
    for (const auto& row : rows.newest_first(in, {"e.created_at", "e.id"}, wanted)) {
        made.push_back(read_endpoint(row));
    }
    return cut(std::move(made), wanted.limit);
}

std::optional<endpoint_row> find_endpoint(
    postgres::transaction& in, const std::string& project, const std::string& id
) {
    static const std::string statement = std::string{select_endpoints} + " AND e.id = $2";
    postgres::params with;
    with.text(project).text(id);
    const auto found = in.query(statement, with);
    if (found.empty()) {
        return std::nullopt;
    }
    return read_endpoint(found.front());
}

bool delete_endpoint(
    postgres::transaction& in, const std::string& project, const std::string& id, instant now
) {
    postgres::params with;
    with.text(project).text(id).at(now);
    return in.execute(
               "UPDATE endpoints SET deleted_at = $3"
               " WHERE project_id = $1 AND id = $2 AND deleted_at IS NULL",
               with
           ) > 0;
}

}  // namespace vf::console
