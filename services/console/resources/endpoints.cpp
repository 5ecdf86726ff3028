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

void check_url(body& given, const std::string& text, const http::egress_policy& egress) {
    const auto url = http::url::parse(text);
    if (!url) {
        given.fault("url", "must be an https URL without user info and fragment");
        return;
    }
    if (const auto allowed = egress.check_url(*url); !allowed) {
        given.fault("url", "must be https and must not name a private address");
    }
}

void check_types(body& given, const std::vector<std::string>& types) {
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string field = fmt::format("event_types[{}]", i);
        if (std::ranges::find(domain::webhook_types, types[i]) == domain::webhook_types.end()) {
            given.fault(
                field, fmt::format("must be one of {}", fmt::join(domain::webhook_types, ", "))
            );
        }
        if (std::ranges::count(types, types[i]) > 1) {
            given.fault(field, "must be given once");
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

runtime::task<answered<http::response>> post_endpoint(desk& at, call made) {
    const std::string& project = made.part("p");
    auto wanted = parse_endpoint(std::move(made.request.body), at.egress);
    if (!wanted) {
        co_return forward(wanted);
    }
    const instant now = at.clock.now();
    const std::string id = domain::make_id(domain::prefix::endpoint, now, at.random);
    const std::string secret = make_secret(at.random);
    const std::string sealed = at.master.seal(secret, "endpoint:" + id + ":secret", at.random);
    endpoint_row row;
    row.id = id;
    row.project = project;
    row.url = wanted->url;
    row.event_types = wanted->event_types;
    row.signature = wanted->signature;
    row.created_at = now;
    json::writer detail;
    detail.begin_object().member("project_id", project).member("url", row.url);
    write_types(detail, row.event_types).end_object();
    const audit_entry entry{
        made.who.name, "endpoint.create", id, wanted->reason, std::move(detail).take()
    };
    auto work = [&](postgres::transaction& in) -> std::optional<made_endpoint> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        insert_endpoint(in, row, sealed);
        write_audit(in, entry, now);
        return made_endpoint{id, secret};
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored, 201);
}

runtime::task<answered<http::response>> get_endpoints(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("endpoints");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<endpoint_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_endpoints(in, project, wanted);
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "endpoints");
}

runtime::task<answered<http::response>> get_endpoint(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& id = made.part("id");
    auto work = [&](postgres::transaction& in) { return find_endpoint(in, project, id); };
    auto found = co_await at.database.transact(work);
    co_return reply_one(found);
}

runtime::task<answered<http::response>> remove_endpoint(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& id = made.part("id");
    query asked{made.request};
    const auto reason = asked.text("reason");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    json::writer detail;
    detail.begin_object().member("project_id", project).end_object();
    const audit_entry entry{made.who.name, "endpoint.delete", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) -> std::optional<made_id> {
        if (!delete_endpoint(in, project, id, now)) {
            return std::nullopt;
        }
        write_audit(in, entry, now);
        return made_id{id};
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/endpoints", role::administer, post_endpoint},
    route{"GET", "/v1/projects/{p}/endpoints", role::view, get_endpoints},
    route{"GET", "/v1/projects/{p}/endpoints/{id}", role::view, get_endpoint},
    route{"DELETE", "/v1/projects/{p}/endpoints/{id}", role::administer, remove_endpoint},
};

}  // namespace

answered<new_endpoint> parse_endpoint(std::string text, const http::egress_policy& egress) {
    auto given = body::parse(std::move(text));
    if (!given) {
        return forward(given);
    }
    new_endpoint made;
    made.url = given->text("url", url_characters);
    if (!made.url.empty()) {
        check_url(*given, made.url, egress);
    }
    made.event_types = given->texts("event_types");
    check_types(*given, made.event_types);
    made.signature = given->optional_text("signature").value_or("timestamped");
    if (made.signature != "timestamped" && made.signature != "body") {
        given->fault("signature", "must be timestamped or body");
    }
    made.reason = given->optional_text("reason", 1000);
    if (auto clean = given->finish(); !clean) {
        return forward(clean);
    }
    return made;
}

std::span<const route> endpoint_routes() {
    return routes;
}

}  // namespace vf::console
