#include "console/resources/deliveries.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/resend.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_deliveries(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("deliveries");
    const std::vector<std::string_view> states{"pending", "delivered", "dead"};
    delivery_filter filter;
    filter.event = query.text("event_id");
    filter.endpoint = query.text("endpoint");
    filter.state = query.word("state", states);
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<delivery_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_deliveries(tx, project, filter, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "deliveries");
}

runtime::task<api_result<http::response>> get_delivery(api_context& context, api_call call) {
    const std::string& id = call.part("id");
    auto work = [&](postgres::transaction& tx) -> std::optional<delivery_detail> {
        auto delivery = find_delivery(tx, id);
        if (!delivery) {
            return std::nullopt;
        }
        return delivery_detail{std::move(*delivery), attempts_of(tx, id)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

runtime::task<api_result<http::response>> post_resend(api_context& context, api_call call) {
    const std::string& id = call.part("id");
    auto reason = parse_reason(std::move(call.request.body));
    if (!reason) {
        co_return forward(reason);
    }
    auto work = [&](postgres::transaction& tx) { return find_delivery(tx, id); };
    auto found = co_await context.database.transact(work);
    if (!found) {
        co_return refused(found.error());
    }
    if (!*found) {
        co_return not_found();
    }
    resend_request request{std::move(**found), call.who.name, std::move(*reason)};
    auto answer = co_await resend(context, std::move(request));
    co_return answer;
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/deliveries", role::view, get_deliveries},
    route{"GET", "/v1/deliveries/{id}", role::view, get_delivery},
    route{"POST", "/v1/deliveries/{id}/resend", role::operate, post_resend},
};

}  // namespace

std::span<const route> delivery_routes() {
    return routes;
}

}  // namespace vf::console
