#include "console/resources/drafts.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_drafts(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("drafts");
    const std::vector<std::string_view> states{"pending_review", "scheduled", "sending",   "sent",
                                               "cancelled",      "failed",    "suppressed"};
    draft_filter filter;
    filter.external_user_id = query.text("external_user_id");
    filter.status = query.word("status", states);
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<draft_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_drafts(tx, project, filter, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "drafts");
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/drafts", role::view, get_drafts},
};

}  // namespace

std::span<const route> draft_routes() {
    return routes;
}

}  // namespace vf::console
