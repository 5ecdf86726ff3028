#include "console/resources/rules.hpp"

#include <array>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> get_rules(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("rules");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<rule_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_rules(tx, project, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "rules");
}

runtime::task<api_result<http::response>> post_activate(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    auto body = body::parse(std::move(call.request.body));
    if (!body) {
        co_return forward(body);
    }
    const std::string scope = body->text("scope");
    const auto reason = body->optional_text("reason", 1000);
    if (scope != "future") {
        body->fault("scope", "must be future");
    }
    if (auto clean = body->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).member("scope", scope).end_object();
    const audit_entry entry{call.who.name, "rule.activate", id, reason, std::move(detail).take()};
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

runtime::task<api_result<http::response>> post_pause(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    std::optional<std::string> reason;
    if (!call.request.body.empty()) {
        auto body = body::parse(std::move(call.request.body));
        if (!body) {
            co_return forward(body);
        }
        reason = body->optional_text("reason", 1000);
        if (auto clean = body->finish(); !clean) {
            co_return forward(clean);
        }
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{call.who.name, "rule.pause", id, reason, std::move(detail).take()};
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

std::span<const route> rule_routes() {
    return routes;
}

}  // namespace vf::console
