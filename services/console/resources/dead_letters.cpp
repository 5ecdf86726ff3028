#include "console/resources/dead_letters.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/resources/resend.hpp"

namespace vf::console {

namespace {

api_answer get_items(api_context& context, api_request request) {
    query_reader query{request.http};
    const page_request paging = query.paging("dead-letters");
    const std::vector<std::string_view> states(
        dead_letter_states.begin(), dead_letter_states.end()
    );
    dead_letter_filter filter;
    filter.project = query.text("project");
    filter.endpoint = query.text("endpoint");
    filter.state = query.word("state", states).value_or("open");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) {
        return std::optional{list_dead_letters(tx, filter, paging)};
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "dead-letters");
}

// The delivery a dead letter is of.
api_answer post_replay(api_context& context, api_request request) {
    const std::string& id = request.parameter("id");
    auto reason = parse_reason(std::move(request.http.body));
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
    auto answer = co_await resend(
        context, {std::move(**found), std::move(request.caller.name), std::move(*reason)}
    );
    co_return answer;
}

constexpr std::array routes{
    route{"GET", "/v1/dead-letters/items", role::view, get_items},
    route{"POST", "/v1/dead-letters/items/{id}/replay", role::operate, post_replay},
};

}  // namespace

void write(json::writer& out, const dead_letter_row& row) {
    out.begin_object().member("id", row.id).member("delivery_id", row.delivery);
    out.member("event_id", row.event).member("cause", row.cause);
    out.member("attempts", row.attempts).member("state", row.state()).end_object();
}

std::span<const route> dead_letter_routes() {
    return routes;
}

}  // namespace vf::console
