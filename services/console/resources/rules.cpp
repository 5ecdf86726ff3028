#include "console/resources/rules.hpp"

#include <array>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/project_store.hpp"

namespace vf::console {

namespace {

api_answer get_rules(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("rules");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<rule_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_rules(tx, project, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "rules");
}

api_answer post_activate(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    const std::string scope = body->text("scope");
    const auto reason = body->optional_text("reason", 1000);
    if (scope != "future") {
        body->fault("scope", "must be future");
    }
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).member("scope", scope).end_object();
    const audit_entry entry{
        request.caller.name, "rule.activate", id, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) {
        auto active = activate_rule(tx, project, id, now);
        if (active) {
            write_audit(tx, entry, now);
        }
        return active;
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored);
}

api_answer post_pause(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    std::optional<std::string> reason;
    if (!request.http.body.empty()) {
        auto body = body_reader::parse(std::move(request.http.body));
        if (!body) {
            co_return forward(body);
        }
        reason = body->optional_text("reason", 1000);
        if (auto valid = body->finish(); !valid) {
            co_return forward(valid);
        }
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{
        request.caller.name, "rule.pause", id, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) {
        auto paused = pause_rule(tx, project, id);
        if (paused) {
            write_audit(tx, entry, now);
        }
        return paused;
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored);
}

constexpr std::array routes{
    route{"GET", "/v1/projects/{p}/rules", role::view, get_rules},
    route{"POST", "/v1/projects/{p}/rules/{id}/activate", role::operate, post_activate},
    route{"POST", "/v1/projects/{p}/rules/{id}/pause", role::operate, post_pause},
};

}  // namespace

void write(json::writer& out, const rule_row& row) {
    out.begin_object().member("id", row.id).member("kind", row.kind);
    out.member("preset", row.preset).member("state", row.state).end_object();
}

std::span<const route> rule_routes() {
    return routes;
}

}  // namespace vf::console
