#include "console/resources/keys.hpp"

#include <array>

#include "console/api/body_reader.hpp"
#include "console/api/found.hpp"
#include "console/api/query_reader.hpp"
#include "console/api/write_json.hpp"
#include "console/store/audit_store.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

void write_fields(json::writer& out, const created_key& created) {
    out.member("id", created.id).member("secret", created.secret);
    out.member("last4", created.last4);
}

api_answer post_key(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
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
    const auto key = crypto::make_api_key(context.random);
    const key_row row{
        .id = domain::make_id(domain::prefix::key, now, context.random),
        .project = project,
        .name = name,
        .digest = key.digest,
        .last4 = key.last4,
        .created_at = now,
        .revoked_at = std::nullopt,
        .last_used_at = std::nullopt,
    };
    json::writer detail;
    detail.begin_object().member("project_id", project).member("name", name);
    detail.member("last4", key.last4).end_object();
    const audit_entry entry{
        request.caller.name, "key.create", row.id, reason, std::move(detail).take()
    };
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

api_answer get_keys(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    query_reader query{request.http};
    const page_request paging = query.paging("keys");
    if (auto valid = query.finish(); !valid) {
        co_return forward(valid);
    }
    auto work = [&](postgres::transaction& tx) -> std::optional<page<key_row>> {
        if (!has_project(tx, project)) {
            return std::nullopt;
        }
        return list_keys(tx, project, paging);
    };
    auto found = co_await context.database.transact(work);
    co_return reply_page(found, "keys");
}

// The key to replace lives on: first the new one is deployed and seen to work, then the old one is
// revoked.
api_answer post_rotation(api_context& context, api_request request) {
    const std::string& project = request.parameter("p");
    const std::string& id = request.parameter("id");
    auto body = body_reader::parse(std::move(request.http.body));
    if (!body) {
        co_return forward(body);
    }
    const auto name = body->optional_text("name");
    const auto reason = body->optional_text("reason", 1000);
    if (auto valid = body->finish(); !valid) {
        co_return forward(valid);
    }
    const instant now = context.clock.now();
    const auto key = crypto::make_api_key(context.random);
    const std::string new_id = domain::make_id(domain::prefix::key, now, context.random);
    json::writer detail;
    detail.begin_object().member("project_id", project).member("replaces", id);
    detail.member("last4", key.last4).end_object();
    const audit_entry entry{
        request.caller.name, "key.rotate", new_id, reason, std::move(detail).take()
    };
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

api_answer delete_key(api_context& context, api_request request) {
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
        request.caller.name, "key.revoke", id, reason, std::move(detail).take()
    };
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

void write(json::writer& out, const key_row& row) {
    out.begin_object().member("id", row.id).member("name", row.name).member("last4", row.last4);
    write_time(out, "created_at", row.created_at);
    write_time(out, "revoked_at", row.revoked_at);
    write_time(out, "last_used_at", row.last_used_at);
    out.end_object();
}

void write(json::writer& out, const created_key& created) {
    out.begin_object();
    write_fields(out, created);
    out.end_object();
}

void write(json::writer& out, const rotated_key& rotated) {
    out.begin_object();
    write_fields(out, rotated.key);
    out.member("replaces", rotated.replaces).end_object();
}

std::span<const route> key_routes() {
    return routes;
}

}  // namespace vf::console
