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

api_answer get_draft(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) { return find_detail(tx, project, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

void write_fields(json::writer& out, const draft_row& row) {
    out.member("id", row.id).member("rule", row.rule);
    out.member("status", row.status);
    write_time(out, "created_at", row.created_at);
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/drafts", role::view, get_drafts},
    route{"GET", "/v1/projects/{p}/drafts/{id}", role::view, get_draft},
};

}  // namespace

void write(json::writer& out, const draft_row& row) {
    out.begin_object();
    write_fields(out, row);
    out.end_object();
}

void write(json::writer& out, const draft_action_row& row) {
    out.begin_object().member("action", row.action).member("actor", row.actor);
    write_text(out, "reason", row.reason);
    write_time(out, "acted_at", row.acted_at);
    out.end_object();
}

void write(json::writer& out, const draft_detail& detail) {
    const draft_row& draft = detail.draft;
    out.begin_object();
    write_fields(out, draft);
    out.member("external_user_id", draft.external_user_id).member("preset", draft.preset);
    write_text(out, "message_id", draft.message_id);
    write_time(out, "sent_at", draft.sent_at);
    out.key("actions");
    write_all(out, detail.actions);
    out.end_object();
}

std::optional<draft_detail> find_detail(
    postgres::transaction& tx, const std::string& project, const std::string& id
) {
    auto draft = find_draft(tx, project, id);
    if (!draft) {
        return std::nullopt;
    }
    return draft_detail{std::move(*draft), actions_of_draft(tx, project, id)};
}

std::span<const route> draft_routes() {
    return routes;
}

}  // namespace vf::console
