#include "console/resources/dead_letters.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "console/resources/resend.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_items(desk& at, call made) {
    query asked{made.request};
    const page wanted = asked.page("dead-letters");
    const std::vector<std::string_view> states{"open", "resent"};
    dead_letter_filter filter;
    filter.project = asked.text("project");
    filter.endpoint = asked.text("endpoint");
    filter.state = asked.word("state", states);
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) {
        return std::optional{list_dead_letters(in, filter, wanted)};
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "dead-letters");
}

// The delivery a dead letter is of.
runtime::task<answered<http::response>> post_replay(desk& at, call made) {
    const std::string& id = made.part("id");
    auto reason = parse_reason(std::move(made.request.body));
    if (!reason) {
        co_return forward(reason);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<delivery_row> {
        const auto letter = find_dead_letter(in, id);
        return letter ? find_delivery(in, letter->delivery) : std::nullopt;
    };
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
    route{"GET", "/v1/dead-letters/items", role::view, get_items},
    route{"POST", "/v1/dead-letters/items/{id}/replay", role::operate, post_replay},
};

}  // namespace

std::span<const route> dead_letter_routes() {
    return routes;
}

}  // namespace vf::console
