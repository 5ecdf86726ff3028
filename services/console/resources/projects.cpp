#include "console/resources/projects.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/rule_store.hpp"
#include "vf/domain/ids.hpp"
#include "vf/domain/rule.hpp"

namespace vf::console {

namespace {

// A new project has every preset, paused: what it could do is there to be seen.
std::vector<rule_row> preset_rules(const std::string& project, instant now, vf::random& random) {
    std::vector<rule_row> rows;
    for (const domain::preset& preset : domain::presets()) {
        rule_row rule;
        rule.id = domain::make_id(domain::prefix::rule, now, random);
        rule.project = project;
        rule.kind = preset.kind;
        rule.preset = preset.name;
        rule.params = preset.parameters;
        rule.state = "paused";
        rule.created_at = now;
        rows.push_back(std::move(rule));
    }
    return rows;
}

api_answer post_project(api_context& context, api_request request) {
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    const std::string name = body->text("name");
    const auto reason = body->optional_text("reason", 1000);
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    const std::string id = domain::make_id(domain::prefix::project, now, context.random);
    const auto rules = preset_rules(id, now, context.random);
    json::writer detail;
    detail.begin_object().member("name", name).end_object();
    const audit_entry entry{
        request.caller.name, "project.create", id, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) {
        insert_project(tx, {.id = id, .name = name, .created_at = now});
        for (const auto& rule : rules) {
            insert_rule(tx, rule);
        }
        write_audit(tx, entry, now);
        return std::optional{only_id{id}};
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored, 201);
}

api_answer get_projects(api_context& context, api_request request) {
    query_reader query{request.http};
    const page_request paging = query.paging("projects");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) { return std::optional{list_projects(tx, paging)}; };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "projects");
}

api_answer get_project(api_context& context, api_request request) {
    const std::string& id = request.parameter("p");
    auto work = [&](postgres::transaction& tx) { return find_project(tx, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

constexpr std::int64_t limit_max = 1'000'000;

using limit_change = std::optional<std::optional<std::int64_t>>;

// Absent: unchanged. Null: the default again.
limit_change read_limit(body_reader& body, const json::value& limits, std::string_view kind) {
    const auto* value = limits.find(kind);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is(json::kind::null)) {
        return limit_change{std::in_place, std::nullopt};
    }
    const auto rate = value->as_integer();
    if (!rate || *rate < 1 || *rate > limit_max) {
        body.fault(
            fmt::format("limits.{}", kind), fmt::format("must be 1 to {}, or null", limit_max)
        );
    }
    return limit_change{std::in_place, rate};
}

void read_limits(body_reader& body, project_change& change) {
    const auto* limits = body.any("limits");
    if (limits == nullptr) {
        return;
    }
    if (!limits->is(json::kind::object)) {
        body.fault("limits", "must be an object");
        return;
    }
    for (const auto& member : limits->members()) {
        if (member.name != "single" && member.name != "batch" && member.name != "bulk") {
            body.fault(fmt::format("limits.{}", member.name), "unknown");
        }
    }
    change.single = read_limit(body, *limits, "single");
    change.batch = read_limit(body, *limits, "batch");
    change.bulk = read_limit(body, *limits, "bulk");
}

// Absent: unchanged. Null: for good.
limit_change read_retention(body_reader& body) {
    const auto* days = body.any("retention_days");
    if (days == nullptr) {
        return std::nullopt;
    }
    if (days->is(json::kind::null)) {
        return limit_change{std::in_place, std::nullopt};
    }
    const auto number = days->as_integer();
    if (!number || *number < 1 || *number > retention_days_max) {
        body.fault("retention_days", fmt::format("must be 1 to {}, or null", retention_days_max));
    }
    return limit_change{std::in_place, number};
}

project_change read_project_change(body_reader& body) {
    project_change change;
    change.name = body.optional_text("name");
    read_limits(body, change);
    change.retention_days = read_retention(body);
    if (const auto* required = body.any("require_idempotency_key")) {
        if (!required->is(json::kind::boolean)) {
            body.fault("require_idempotency_key", "must be true or false");
        }
        change.require_idempotency_key = required->boolean;
    }
    const bool any = change.name || change.single || change.batch || change.bulk ||
                     change.require_idempotency_key || change.retention_days;
    if (!any) {
        body.fault("", "nothing to change");
    }
    return change;
}

api_answer patch_project(api_context& context, api_request request) {
    const std::string& id = request.parameter("p");
    const std::string text = request.http.body;
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    const auto reason = body->optional_text("reason", 1000);
    const auto change = read_project_change(*body);
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    const audit_entry entry{request.caller.name, "project.change", id, reason, text};
    auto work = [&](postgres::transaction& tx) {
        auto changed = change_project(tx, id, change);
        if (changed) {
            write_audit(tx, entry, now);
        }
        return changed;
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored);
}

struct shown_postmark {
    std::string username;
};

void write(json::writer& out, const shown_postmark& credentials) {
    out.begin_object().member("username", credentials.username).end_object();
}

api_answer put_credentials(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    const std::string username = body->text("username");
    const std::string password = body->text("password");
    const auto reason = body->optional_text("reason", 1000);
    if (username.contains(':')) {
        body->fault("username", "must not contain a colon: basic authentication ends it there");
    }
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    const postmark_row row{
        project, username,
        context.master.seal(password, "postmark:" + project + ":password", context.random)
    };
    json::writer detail;
    detail.begin_object().member("username", username).end_object();
    const audit_entry entry{
        request.caller.name, "postmark.set", project, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) -> std::optional<shown_postmark> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        put_postmark(tx, row, now);
        write_audit(tx, entry, now);
        return shown_postmark{username};
    };
    auto stored = co_await context.database.transact(work);
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

void write(json::writer& out, const project_row& row) {
    out.begin_object().member("id", row.id).member("name", row.name);
    out.key("limits").begin_object();
    write_integer(out, "single", row.limits.single);
    write_integer(out, "batch", row.limits.batch);
    write_integer(out, "bulk", row.limits.bulk);
    out.end_object().member("require_idempotency_key", row.require_idempotency_key);
    write_integer(out, "retention_days", row.retention_days);
    write_time(out, "created_at", row.created_at);
    out.end_object();
}

std::span<const route> project_routes() {
    return routes;
}

}  // namespace vf::console
