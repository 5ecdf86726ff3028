#include "console/resources/endpoints.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"
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

void check_url(body& body, const std::string& text, const http::egress_policy& egress) {
    const auto url = http::url::parse(text);
    if (!url) {
        body.fault("url", "must be an https URL without user info and fragment");
        return;
    }
    if (const auto allowed = egress.check_url(*url); !allowed) {
        body.fault("url", "must be https and must not name a private address");
    }
}

void check_types(body& body, const std::vector<std::string>& types) {
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

json::writer& write_types(json::writer& out, const std::vector<std::string>& types) {
    out.key("event_types").begin_array();
    for (const auto& type : types) {
        out.string(type);
    }
    return out.end_array();
}

runtime::task<api_result<http::response>> post_endpoint(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    auto new_endpoint = parse_endpoint(std::move(call.request.body), context.egress);
    if (!new_endpoint) {
        co_return forward(new_endpoint);
    }
    const instant now = context.clock.now();
    const std::string id = domain::make_id(domain::prefix::endpoint, now, context.random);
    const std::string secret = make_secret(context.random);
    const std::string sealed =
        context.master.seal(secret, "endpoint:" + id + ":secret", context.random);
    endpoint_row row;
    row.id = id;
    row.project = project;
    row.url = new_endpoint->url;
    row.event_types = new_endpoint->event_types;
    row.signature = new_endpoint->signature;
    row.created_at = now;
    json::writer detail;
    detail.begin_object().member("project_id", project).member("url", row.url);
    write_types(detail, row.event_types).end_object();
    const audit_entry entry{
        call.who.name, "endpoint.create", id, new_endpoint->reason, std::move(detail).take()
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

runtime::task<api_result<http::response>> get_endpoints(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("endpoints");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<endpoint_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_endpoints(tx, project, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "endpoints");
}

runtime::task<api_result<http::response>> get_endpoint(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    auto work = [&](postgres::transaction& tx) { return find_endpoint(tx, project, id); };
    auto found = co_await context.database.transact(work);
    co_return reply_one(found);
}

runtime::task<api_result<http::response>> remove_endpoint(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    query query{call.request};
    const auto reason = query.text("reason");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{call.who.name, "endpoint.delete", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& tx) -> std::optional<created_id> {
        if (!delete_endpoint(tx, project, id, now)) {
            return std::nullopt;
        }
        write_audit(tx, entry, now);
        return created_id{id};
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
    auto body = body::parse(std::move(text));
    if (!body) {
        return forward(body);
    }
    new_endpoint new_endpoint;
    new_endpoint.url = body->text("url", url_characters);
    if (!new_endpoint.url.empty()) {
        check_url(*body, new_endpoint.url, egress);
    }
    new_endpoint.event_types = body->texts("event_types");
    check_types(*body, new_endpoint.event_types);
    new_endpoint.signature = body->optional_text("signature").value_or("timestamped");
    if (new_endpoint.signature != "timestamped" && new_endpoint.signature != "body") {
        body->fault("signature", "must be timestamped or body");
    }
    new_endpoint.reason = body->optional_text("reason", 1000);
    if (auto clean = body->finish(); !clean) {
        return forward(clean);
    }
    return new_endpoint;
}

std::span<const route> endpoint_routes() {
    return routes;
}

}  // namespace vf::console
