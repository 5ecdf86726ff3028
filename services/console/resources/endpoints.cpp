#include "console/resources/endpoints.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/project_store.hpp"
#include "vf/base/text.hpp"
#include "vf/domain/endpoint.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

constexpr std::size_t url_characters = 2048;

std::string make_secret(vf::random& random) {
    std::array<std::uint8_t, 32> bytes{};
    random.fill(bytes);
    return "whsec_" + to_base64(std::string{bytes.begin(), bytes.end()});
}

void check_url(body_reader& body, const std::string& text, const http::egress_policy& egress) {
    const auto url = http::url::parse(text);
    if (!url) {
        body.fault("url", "must be an https URL without user info and fragment");
        return;
    }
    if (const auto allowed = egress.check_url(*url); !allowed) {
        body.fault("url", "must be https and must not name a private address");
    }
}

void check_types(body_reader& body, const std::vector<std::string>& types) {
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string field = fmt::format("event_types[{}]", i);
        if (std::ranges::find(domain::webhook_types, types[i]) == domain::webhook_types.end()) {
            body.fault(
                field, fmt::format("must be one of {}", fmt::join(domain::webhook_types, ", "))
            );
        }
        if (std::ranges::count(types, types[i]) > 1) {
            body.fault(field, "must be given once");
        }
    }
}

api_answer post_endpoint(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    auto parsed = parse_endpoint(std::move(request.http.body), context.egress);
    if (!parsed) {
        co_return forward(parsed);
    }
    const instant now = context.clock.now();
    const std::string id = domain::make_id(domain::prefix::endpoint, now, context.random);
    const std::string secret = make_secret(context.random);
    const std::string sealed =
        context.master.seal(secret, "endpoint:" + id + ":secret", context.random);
    endpoint_row row;
    row.id = id;
    row.project = project;
    row.url = parsed->url;
    row.event_types = parsed->event_types;
    row.signature = parsed->signature;
    row.created_at = now;
    json::writer detail;
    detail.begin_object().member("project_id", project).member("url", row.url);
    write_texts(detail, "event_types", row.event_types);
    detail.end_object();
    const audit_entry entry{
        request.caller.name, "endpoint.create", id, parsed->reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) -> std::optional<created_endpoint> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        insert_endpoint(tx, row, sealed);
        write_audit(tx, entry, now);
        return created_endpoint{id, secret};
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored, 201);
}

api_answer get_endpoints(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("endpoints");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<endpoint_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_endpoints(tx, project, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "endpoints");
}

api_answer get_endpoint(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto work = [&](postgres::transaction& tx) { return find_endpoint(tx, project, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

api_answer remove_endpoint(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    query_reader query{request.http};
    const auto reason = query.text("reason");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{
        request.caller.name, "endpoint.delete", id, reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& tx) -> std::optional<only_id> {
        if (!delete_endpoint(tx, project, id, now)) {
            return std::nullopt;
        }
        write_audit(tx, entry, now);
        return only_id{id};
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/endpoints", role::administer, post_endpoint},
    route{"GET", "/v1/projects/{p}/endpoints", role::view, get_endpoints},
    route{"GET", "/v1/projects/{p}/endpoints/{id}", role::view, get_endpoint},
    route{"DELETE", "/v1/projects/{p}/endpoints/{id}", role::administer, remove_endpoint},
};

}  // namespace

api_result<new_endpoint> parse_endpoint(std::string text, const http::egress_policy& egress) {
    auto body = body_reader::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    new_endpoint endpoint;
    endpoint.url = body->text("url", url_characters);
    if (!endpoint.url.empty()) {
        check_url(*body, endpoint.url, egress);
    }
    endpoint.event_types = body->texts("event_types");
    check_types(*body, endpoint.event_types);
    endpoint.signature = body->optional_text("signature").value_or("timestamped");
    if (endpoint.signature != "timestamped" && endpoint.signature != "body") {
        body->fault("signature", "must be timestamped or body");
    }
    endpoint.reason = body->optional_text("reason", 1000);
    if (auto valid = body->finish(); !valid) {
        return forward(valid);
    }
    return endpoint;
}

void write(json::writer& out, const endpoint_row& row) {
    out.begin_object().member("id", row.id).member("url", row.url);
    write_texts(out, "event_types", row.event_types);
    out.member("signature", row.signature);
    write_time(out, "created_at", row.created_at);
    write_time(out, "paused_until", row.paused_until);
    write_time(out, "disabled_at", row.disabled_at);
    write_text(out, "disabled_reason", row.disabled_reason);
    out.end_object();
}

void write(json::writer& out, const created_endpoint& created) {
    out.begin_object().member("id", created.id).member("secret", created.secret).end_object();
}

std::span<const route> endpoint_routes() {
    return routes;
}

}  // namespace vf::console
