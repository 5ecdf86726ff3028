#include "console/resources/rules.hpp"

#include <array>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> get_rules(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("rules");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<rule_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_rules(in, project, wanted);
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "rules");
}

runtime::task<answered<http::response>> post_activate(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& id = made.part("id");
    auto given = body::parse(std::move(made.request.body));
    if (!given) {
        co_return forward(given);
    }
    const std::string scope = given->text("scope");
    const auto reason = given->optional_text("reason", 1000);
    if (scope != "future") {
        given->fault("scope", "must be future");
    }
    if (auto clean = given->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).member("scope", scope).end_object();
    const audit_entry entry{made.who.name, "rule.activate", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) {
        auto active = activate_rule(in, project, id, now);
        if (active) {
            write_audit(in, entry, now);
        }
        return active;
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored);
}

runtime::task<answered<http::response>> post_pause(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& id = made.part("id");
    std::optional<std::string> reason;
    if (!made.request.body.empty()) {
        auto given = body::parse(std::move(made.request.body));
        if (!given) {
            co_return forward(given);
        }
        reason = given->optional_text("reason", 1000);
        if (auto clean = given->finish(); !clean) {
            co_return forward(clean);
        }
    }
    const instant now = at.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{made.who.name, "rule.pause", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) {
        auto paused = pause_rule(in, project, id);
        if (paused) {
            write_audit(in, entry, now);
        }
        return paused;
    };
    auto stored = co_await at.database.transact(work);
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
