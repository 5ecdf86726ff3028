#include "console/resources/events.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/project_store.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

api_answer get_events(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("events");
    const event_filter filter{query.text("external_user_id"), query.text("name")};
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<event_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_events(tx, project, filter, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "events");
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/events", role::view, get_events},
};

}  // namespace

void write(json::writer& out, const event_row& row) {
    out.begin_object().member("id", shown_id(row)).member("name", row.name);
    out.key("properties").raw(row.properties);
    write_time(out, "occurred_at", row.occurred_at);
    write_time(out, "received_at", row.received_at);
    write_time(out, "attached_at", row.attached_at);
    out.end_object();
}

std::string shown_id(const event_row& row) {
    const auto record = domain::record_id::from_uuid(row.record);
    return record ? domain::event_id_of(*record).text : row.record;
}

std::span<const route> event_routes() {
    return routes;
}

}  // namespace vf::console
