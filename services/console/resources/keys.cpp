#include "console/resources/keys.hpp"

#include <array>

#include "console/api/body.hpp"
#include "console/api/found.hpp"
#include "console/api/query.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/domain/ids.hpp"

namespace vf::console {

namespace {

runtime::task<answered<http::response>> post_key(desk& at, call made) {
    const std::string& project = made.part("p");
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
    const auto key = crypto::make_api_key(at.random);
    const key_row row{
        domain::make_id(domain::prefix::key, now, at.random),
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
    const audit_entry entry{made.who.name, "key.create", row.id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) -> std::optional<made_key> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        insert_key(in, row);
        write_audit(in, entry, now);
        return made_key{row.id, key.secret, key.last4};
    };
    auto stored = co_await at.database.transact(work);
    co_return reply_one(stored, 201);
}

runtime::task<answered<http::response>> get_keys(desk& at, call made) {
    const std::string& project = made.part("p");
    query asked{made.request};
    const page wanted = asked.page("keys");
    if (auto clean = asked.finish(); !clean) {
        co_return forward(clean);
    }
    auto work = [&](postgres::transaction& in) -> std::optional<slice<key_row>> {
        if (!has_project(in, project)) {
            return std::nullopt;
        }
        return list_keys(in, project, wanted);
    };
    auto found = co_await at.database.transact(work);
    co_return reply_page(found, "keys");
}

// The key to replace lives on: first the new one is deployed and seen to work, then the old one is
// revoked.
runtime::task<answered<http::response>> post_rotation(desk& at, call made) {
    const std::string& project = made.part("p");
    const std::string& id = made.part("id");
    auto given = body::parse(std::move(made.request.body));
    if (!given) {
        co_return forward(given);
    }
    const auto name = given->optional_text("name");
    const auto reason = given->optional_text("reason", 1000);
    if (auto clean = given->finish(); !clean) {
        co_return forward(clean);
    }
    const instant now = at.clock.now();
    const auto key = crypto::make_api_key(at.random);
    const std::string new_id = domain::make_id(domain::prefix::key, now, at.random);
    json::writer detail;
    detail.begin_object().member("project_id", project).member("replaces", id);
    detail.member("last4", key.last4).end_object();
    const audit_entry entry{made.who.name, "key.rotate", new_id, reason, std::move(detail).take()};
    bool revoked = false;
    auto work = [&](postgres::transaction& in) -> std::optional<rotated_key> {
        const auto old = find_key(in, project, id);
        revoked = old && old->revoked_at;
        if (!old || revoked) {
            return std::nullopt;
        }
        key_row row{new_id, project, name.value_or(old->name), key.digest, key.last4, now, {}, {}};
        insert_key(in, row);
        write_audit(in, entry, now);
        return rotated_key{{new_id, key.secret, key.last4}, id};
    };
    auto stored = co_await at.database.transact(work);
    if (stored && revoked) {
        co_return std::unexpected(refusal{409, "conflict", "this key is revoked", {}});
    }
    co_return reply_one(stored, 201);
}

runtime::task<answered<http::response>> delete_key(desk& at, call made) {
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
    const audit_entry entry{made.who.name, "key.revoke", id, reason, std::move(detail).take()};
    auto work = [&](postgres::transaction& in) {
        auto revoked = revoke_key(in, project, id, now);
        if (revoked) {
            write_audit(in, entry, now);
        }
        return revoked;
    };
    auto stored = co_await at.database.transact(work);
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
