#include "console/resources/events.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_events(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("events");
    const event_filter filter{asked.text("external_user_id"), asked.text("name")};
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<event_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_events(in, project, filter, wanted);
    };
    auto found = co_await at.database.transact(work);
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
