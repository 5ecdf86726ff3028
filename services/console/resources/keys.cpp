#include "console/resources/keys.hpp"

#include <array>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

runtime::task<api_result<http::response>> post_key(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    auto body = body::parse(std::move(call.request.body));
    if (!body) {
        co_return forward(body);
    }
    const std::string name = body->text("name");
    const auto reason = body->optional_text("reason", 1000);
    if (auto clean = body->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    const auto key = crypto::make_api_key(context.random);
    const key_row row{
        domain::make_id(domain::prefix::key, now, context.random),
        project,
        name,
        key.digest,
        key.last4,
        now,
        std::nullopt,
        std::nullopt
    };
    json::writer detail;
    detail.begin_object().member("project_id", project).member("name", name);
    detail.member("last4", key.last4).end_object();
    const audit_entry entry{call.who.name, "key.create", row.id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& tx) -> std::optional<created_key> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        insert_key(tx, row);
        write_audit(tx, entry, now);
        return created_key{row.id, key.secret, key.last4};
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored, 201);
}

runtime::task<api_result<http::response>> get_keys(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    query query{call.request};
    const page page = query.page("keys");
    if (auto clean = query.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<slice<key_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_keys(tx, project, page);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "keys");
}

// The key to replace lives on: first the new one is deployed and seen to work, then the old one is
// revoked.
runtime::task<api_result<http::response>> post_rotation(api_context& context, api_call call) {
    const std::string& project = call.part("p");
    const std::string& id = call.part("id");
    auto body = body::parse(std::move(call.request.body));
    if (!body) {
        co_return forward(body);
    }
    const auto name = body->optional_text("name");
    const auto reason = body->optional_text("reason", 1000);
    if (auto clean = body->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = context.clock.now();
    const auto key = crypto::make_api_key(context.random);
    const std::string new_id = domain::make_id(domain::prefix::key, now, context.random);
    json::writer detail;
    detail.begin_object().member("project_id", project).member("replaces", id);
    detail.member("last4", key.last4).end_object();
    const audit_entry entry{call.who.name, "key.rotate", new_id, reason, std::move(detail).take()};
    bool revoked = false;
    auto work = [&](postgres::transaction& tx) -> std::optional<rotated_key> {
        const auto old = find_key(tx, project, id);
        revoked = old && old->revoked_at;
        if (!old || revoked) {
            return std::nullopt;
        }
        key_row row{new_id, project, name.value_or(old->name), key.digest, key.last4, now, {}, {}};
        insert_key(tx, row);
        write_audit(tx, entry, now);
        return rotated_key{{new_id, key.secret, key.last4}, id};
    };
    auto stored = co_await context.database.transact(work);
    if (stored && revoked) {
        co_return std::unexpected(refusal{409, "conflict", "this key is revoked", {}});
    }
    co_return reply_one(stored, 201);
}

runtime::task<api_result<http::response>> delete_key(api_context& context, api_call call) {
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
    const audit_entry entry{call.who.name, "key.revoke", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& tx) {
        auto revoked = revoke_key(tx, project, id, now);
        if (revoked) {
            write_audit(tx, entry, now);
        }
        return revoked;
    };
    auto stored = co_await context.database.transact(work);
    co_return reply_one(stored);
}

constexpr std::array routes{
    route{"POST", "/v1/projects/{p}/keys", role::administer, post_key},
    route{"GET", "/v1/projects/{p}/keys", role::view, get_keys},
    route{"POST", "/v1/projects/{p}/keys/{id}/rotate", role::administer, post_rotation},
    route{"DELETE", "/v1/projects/{p}/keys/{id}", role::administer, delete_key},
};

}  // namespace

std::span<const route> key_routes() {
    return routes;
}

}  // namespace vf::console
