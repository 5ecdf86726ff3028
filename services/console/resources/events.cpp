#include "console/resources/events.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_events(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("events");
    const event_filter filter{query.text("external_user_id"), query.text("name")};
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<event_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_events(tx, project, filter, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "events");
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/events", role::view, get_events},
};

}  // namespace

std::span<const route> event_routes() {
    return routes;
}

}  // namespace vf::console
