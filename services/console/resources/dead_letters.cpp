#include "console/resources/dead_letters.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/resend.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_items(api_context& context, api_call call) {
    query query{call.request};
    const page page = query.page("dead-letters");
    const std::vector<std::string_view> states{"open", "resent"};
    dead_letter_filter filter;
    filter.project = query.text("project");
    filter.endpoint = query.text("endpoint");
    filter.state = query.word("state", states);
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_dead_letters(tx, filter, page)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "dead-letters");
}

// The delivery a dead letter is of.
runtime::task<api_result<http::response>> post_replay(api_context& context, api_call call) {
    const std::string& id = call.part("id");
    auto reason = parse_reason(std::move(call.request.body));
    if (!reason) {
        co_return forward(reason);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<delivery_row> {
        const auto letter = find_dead_letter(tx, id);
        return letter ? find_delivery(tx, letter->delivery) : std::nullopt;
    };
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
    route{"GET", "/v1/dead-letters/items", role::view, get_items},
    route{"POST", "/v1/dead-letters/items/{id}/replay", role::operate, post_replay},
};

}  // namespace

std::span<const route> dead_letter_routes() {
    return routes;
}

}  // namespace vf::console
