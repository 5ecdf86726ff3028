#include "projects.hpp"

#include <array>

#include "body.hpp"
#include "found.hpp"
#include "query.hpp"
#include "vf/domain/ids.hpp"
#include "vf/domain/rule.hpp"

namespace vf::console {

namespace {

// A new project has every preset, paused: what it could do is there to be seen.
std::vector<rule_row> preset_rules(const std::string& project, instant now, vf::random& random) {
    std::vector<rule_row> made;
    for (const domain::preset& preset : domain::presets()) {
        rule_row rule;
        rule.id = domain::make_id(domain::prefix::rule, now, random);
        rule.project = project;
        rule.kind = preset.kind;
        rule.preset = preset.name;
        rule.params = preset.parameters;
        rule.state = "paused";
        rule.created_at = now;
        made.push_back(std::move(rule));
    }
    return made;
}

runtime::task<answered<http::response>> post_project(desk& at, call made) {
    auto given = body::parse(std::move(made.request.body));
    if (!given) {
        co_return forward(given);
    }
    const std::string name = given->text("name");
    const auto reason = given->optional_text("reason", 1000);
    if (auto clean = given->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    const std::string id = domain::make_id(domain::prefix::project, now, at.random);
    const auto rules = preset_rules(id, now, at.random);
    json::writer detail;
    detail.begin_object().member("name", name).end_object();
    const audit_entry entry{made.who.name, "project.create", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) {
        insert_project(in, {id, name, now});
        for (const auto& rule : rules) {
            insert_rule(in, rule);
        }
        write_audit(in, entry, now);
        return std::optional{made_id{id}};
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored, 201);
}

runtime::task<answered<http::response>> get_projects(desk& at, call made) {
    query asked{made.request};
    const page wanted = asked.page("projects");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) { return std::optional{list_projects(in, wanted)}; };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "projects");
}

struct shown_postmark {
    std::string username;
};

void write(json::writer& out, const shown_postmark& it) {
    out.begin_object().member("username", it.username).end_object();
}

runtime::task<answered<http::response>> put_credentials(desk& at, call made) {
    const std::string& project = made.part("p");
    auto given = body::parse(std::move(made.request.body));
    if (!given) {
        co_return forward(given);
    }
    const std::string username = given->text("username");
    const std::string password = given->text("password");
    const auto reason = given->optional_text("reason", 1000);
    if (username.contains(':')) {
        given->fault("username", "must not contain a colon: basic authentication ends it there");
    }
    if (auto clean = given->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    const postmark_row row{
        project, username, at.master.seal(password, "postmark:" + project + ":password", at.random)
    };
    json::writer detail;
    detail.begin_object().member("username", username).end_object();
    const audit_entry entry{
        made.who.name, "postmark.set", project, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& in) -> std::optional<shown_postmark> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        put_postmark(in, row, now);
        write_audit(in, entry, now);
        return shown_postmark{username};
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored);
}

constexpr std::array routes{
    route{"POST", "/v1/projects", role::administer, post_project},
    route{"GET", "/v1/projects", role::view, get_projects},
    route{"PUT", "/v1/projects/{p}/postmark", role::administer, put_credentials},
};

}  // namespace

std::span<const route> project_routes() {
    return routes;
}

}  // namespace vf::console
