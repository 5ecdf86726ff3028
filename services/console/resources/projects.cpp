#include "console/resources/projects.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"
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
        insert_project(in, {id, name, now, {}, false});
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

runtime::task<answered<http::response>> get_project(desk& at, call made) {
    const std::string& id = made.part("p");
    auto work = [&](postgres::transaction& in) { return find_project(in, id); };
    auto found = co_await at.database.transact(work);
    co_return reply_one(found);
}

constexpr std::int64_t limit_max = 1'000'000;

using limit_change = std::optional<std::optional<std::int64_t>>;

// Absent: unchanged. Null: the default again.
limit_change read_limit(body& given, const json::value& limits, std::string_view kind) {
    const auto* value = limits.find(kind);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is(json::kind::null)) {
        return limit_change{std::in_place, std::nullopt};
    }
    const auto rate = value->as_integer();
    if (!rate || *rate < 1 || *rate > limit_max) {
        given.fault(
            fmt::format("limits.{}", kind), fmt::format("must be 1 to {}, or null", limit_max)
        );
    }
    return limit_change{std::in_place, rate};
}

void read_limits(body& given, project_change& to) {
    const auto* limits = given.any("limits");
    if (limits == nullptr) {
        return;
    }
    if (!limits->is(json::kind::object)) {
        given.fault("limits", "must be an object");
        return;
    }
    for (const auto& member : limits->members) {
        if (member.name != "single" && member.name != "batch" && member.name != "bulk") {
            given.fault(fmt::format("limits.{}", member.name), "unknown");
        }
    }
    to.single = read_limit(given, *limits, "single");
    to.batch = read_limit(given, *limits, "batch");
    to.bulk = read_limit(given, *limits, "bulk");
}

// Absent: unchanged. Null: for good.
limit_change read_retention(body& given) {
    const auto* days = given.any("retention_days");
    if (days == nullptr) {
        return std::nullopt;
    }
    if (days->is(json::kind::null)) {
        return limit_change{std::in_place, std::nullopt};
    }
    const auto number = days->as_integer();
    if (!number || *number < 1 || *number > retention_days_max) {
        given.fault("retention_days", fmt::format("must be 1 to {}, or null", retention_days_max));
    }
    return limit_change{std::in_place, number};
}

project_change read_project_change(body& given) {
    project_change to;
    to.name = given.optional_text("name");
    read_limits(given, to);
    to.retention_days = read_retention(given);
    if (const auto* required = given.any("require_idempotency_key")) {
        if (!required->is(json::kind::boolean)) {
            given.fault("require_idempotency_key", "must be true or false");
        }
        to.require_idempotency_key = required->boolean;
    }
    const bool something = to.name || to.single || to.batch || to.bulk ||
                           to.require_idempotency_key || to.retention_days;
    if (!something) {
        given.fault("", "nothing to change");
    }
    return to;
}

runtime::task<answered<http::response>> patch_project(desk& at, call made) {
    const std::string& id = made.part("p");
    const std::string asked = made.request.body;
    auto given = body::parse(std::move(made.request.body));
    if (!given) {
        co_return forward(given);
    }
    const auto reason = given->optional_text("reason", 1000);
    const auto change = read_project_change(*given);
    if (auto clean = given->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    const audit_entry entry{made.who.name, "project.change", id, reason, asked};
    auto work = [&](postgres::transaction& in) {
        auto changed = change_project(in, id, change);
        if (changed) {
            write_audit(in, entry, now);
        }
        return changed;
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored);
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
    route{"GET", "/v1/projects/{p}", role::view, get_project},
    route{"PATCH", "/v1/projects/{p}", role::administer, patch_project},
    route{"PUT", "/v1/projects/{p}/postmark", role::administer, put_credentials},
};

}  // namespace

std::span<const route> project_routes() {
    return routes;
}

}  // namespace vf::console
