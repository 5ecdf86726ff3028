#include "console/resources/drafts.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_drafts(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("drafts");
    const std::vector<std::string_view> states{"pending_review", "scheduled", "sending",   "sent",
                                               "cancelled",      "failed",    "suppressed"};
    draft_filter filter;
    filter.external_user_id = asked.text("external_user_id");
    filter.status = asked.word("status", states);
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<draft_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_drafts(in, project, filter, wanted);
    };
    auto found = co_await at.database.transact(work);
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
