#include "console/resources/deliveries.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/resend.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_deliveries(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("deliveries");
    const std::vector<std::string_view> states{"pending", "delivered", "dead"};
    delivery_filter filter;
    filter.event = asked.text("event_id");
    filter.endpoint = asked.text("endpoint");
    filter.state = asked.word("state", states);
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<delivery_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_deliveries(in, project, filter, wanted);
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "deliveries");
}

runtime::task<answered<http::response>> get_delivery(desk& at, call made) {
    const std::string& id = made.part("id");
    auto work = [&](postgres::transaction& in) -> std::optional<delivery_detail> {
        auto delivery = find_delivery(in, id);
        if (!delivery) {
            return std::nullopt;
        }
        return delivery_detail{std::move(*delivery), attempts_of(in, id)};
    };
    auto found = co_await at.database.transact(work);
    co_return reply_one(found);
}

runtime::task<answered<http::response>> post_resend(desk& at, call made) {
    const std::string& id = made.part("id");
    auto reason = parse_reason(std::move(made.request.body));
    if (!reason) {
        co_return forward(reason);
    }
    auto work = [&](postgres::transaction& in) { return find_delivery(in, id); };
    auto found = co_await at.database.transact(work);
    if (!found) {
        co_return refused(found.error());
    }
    if (!*found) {
        co_return unknown();
    }
    resend_request wanted{std::move(**found), made.who.name, std::move(*reason)};
    auto answer = co_await resend(at, std::move(wanted));
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
