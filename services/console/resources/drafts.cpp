#include "console/resources/drafts.hpp"

#include <array>

#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

api_answer get_drafts(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("drafts");
    const std::vector<std::string_view> states{"pending_review", "scheduled", "sending",   "sent",
                                               "cancelled",      "failed",    "suppressed"};
    draft_filter filter;
    filter.external_user_id = query.text("external_user_id");
    filter.status = query.word("status", states);
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<draft_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_drafts(tx, project, filter, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "drafts");
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/drafts", role::view, get_drafts},
};

}  // namespace

void write(json::writer& out, const draft_row& row) {
    out.begin_object().member("id", row.id).member("rule", row.rule);
    out.member("status", row.status);
    write_time(out, "created_at", row.created_at);
    out.end_object();
}

std::span<const route> draft_routes() {
    return routes;
}

}  // namespace vf::console
