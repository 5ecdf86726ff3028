#include "ingest-gateway/postgres_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "vf/base/assert.hpp"
#include "vf/postgres/array_parameter.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view select_customers =
    "SELECT k.digest, k.project_id, k.id, p.limit_single, p.limit_batch, p.limit_bulk,"
    "       p.require_idempotency_key"
    " FROM api_keys k JOIN projects p ON p.id = k.project_id"
    " WHERE k.digest = ANY ($1::bytea[]) AND k.revoked_at IS NULL";

constexpr std::string_view select_credentials =
    "SELECT project_id, username, password_sealed FROM postmark_credentials"
    " WHERE project_id = ANY ($1::text[])";

// Most keys are new, and then nothing else is to be said. Keys in order, so that two batches never
// wait for each other.
constexpr std::string_view claim_new_keys =
    "WITH claimed AS ("
    "  INSERT INTO key_claims (key_id, body_hash, claimed_at)"
    "  SELECT a.key_id, a.body_hash, now()"
    "  FROM unnest($1::uuid[], $2::uuid[]) AS a (key_id, body_hash)"
    "  ORDER BY a.key_id"
    "  ON CONFLICT (key_id) DO NOTHING RETURNING 1)"
    " SELECT count(*) AS keys, now() AS claimed_at FROM claimed";

// Who holds a key: whoever claimed it last, for a day; the unique key decides between replicas. The
// update of a row that is younger changes nothing: without it, the row would not be returned.
constexpr std::string_view claim_keys =
    "INSERT INTO key_claims AS c (key_id, body_hash, claimed_at)"
    " SELECT a.key_id, a.body_hash, now()"
    " FROM unnest($1::uuid[], $2::uuid[]) AS a (key_id, body_hash)"
    " ORDER BY a.key_id"
    " ON CONFLICT (key_id) DO UPDATE SET"
    "   body_hash = CASE WHEN excluded.claimed_at < c.claimed_at + interval '24 hours'"
    "                    THEN c.body_hash ELSE excluded.body_hash END,"
    "   claimed_at = CASE WHEN excluded.claimed_at < c.claimed_at + interval '24 hours'"
    "                     THEN c.claimed_at ELSE excluded.claimed_at END"
    " RETURNING c.key_id, c.body_hash, c.claimed_at";

constexpr std::string_view upsert_key_uses =
    "INSERT INTO api_key_uses AS u (key_id, used_at)"
    " SELECT k, $2::timestamptz FROM unnest($1::text[]) AS k ORDER BY k"
    " ON CONFLICT (key_id) DO UPDATE SET used_at = greatest(u.used_at, excluded.used_at)";

// A look-up that takes longer is of no use to the request that waits for it.
constexpr vf::duration look_up_limit = std::chrono::seconds{2};
// Statements run one at a time; the second connection is for when one of them hangs.
constexpr std::size_t claim_connections = 2;

std::optional<double> rate_of(const postgres::row& row, std::string_view column) {
    const auto rate = row.optional_integer(column);
    return rate ? std::optional{static_cast<double>(*rate)} : std::nullopt;
}

customer customer_of(const postgres::row& row) {
    customer customer;
    customer.project = domain::project_id{row.text("project_id")};
    customer.key_id = row.text("id");
    customer.own_limits = {
        rate_of(row, "limit_single"), rate_of(row, "limit_batch"), rate_of(row, "limit_bulk")
    };
    customer.key_required = row.boolean("require_idempotency_key");
    return customer;
}

domain::record_id digest_of(const postgres::row& row, std::string_view column) {
    const auto digest = domain::record_id::from_uuid(row.text(column));
    VF_ASSERT(digest);
    return *digest;
}

std::vector<held_claim> all_held(
    const std::vector<wire::idempotency_claim>& claims, instant claimed_at
) {
    std::vector<held_claim> held;
    held.reserve(claims.size());
    for (const auto& each : claims) {
        held.push_back({each, claimed_at});
    }
    return held;
}

}  // namespace

postgres::pool_options look_up_pool_options(const settings& settings) {
    postgres::pool_options options;
    options.url = settings.database_url;
    options.application_name = "ingest-gateway";
    options.connections = std::max<std::size_t>(settings.database_connections / settings.loops, 1);
    options.statement_timeout = look_up_limit;
    options.connect_timeout = look_up_limit;
    options.wait_limit = look_up_limit;
    return options;
}

postgres::pool_options claim_pool_options(const settings& settings) {
    auto options = look_up_pool_options(settings);
    options.connections = claim_connections;
    options.autocommit = true;
    options.session_settings = claim_settings_of_session;
    return options;
}

runtime::task<result<found_customers>> postgres_store::find_customers(
    std::vector<std::string> key_digests
) {
    auto work = [&key_digests](postgres::transaction& tx) {
        found_customers found;
        for (const auto& row :
             tx.query(select_customers, postgres::params{}.byte_strings(key_digests))) {
            found.emplace(row.bytes("digest"), customer_of(row));
        }
        return found;
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<found_credentials>> postgres_store::find_mail_credentials(
    std::vector<std::string> projects
) {
    auto work = [&projects](postgres::transaction& tx) {
        found_credentials found;
        for (const auto& row : tx.query(select_credentials, postgres::params{}.texts(projects))) {
            found.emplace(
                row.text("project_id"),
                sealed_credentials{row.text("username"), row.bytes("password_sealed")}
            );
        }
        return found;
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<std::vector<held_claim>>> postgres_claims::claim(
    std::vector<wire::idempotency_claim> claims
) {
    auto work = [&claims](postgres::transaction& tx) {
        postgres::array_parameter keys{"uuid"};
        postgres::array_parameter bodies{"uuid"};
        for (const auto& each : claims) {
            keys.add(each.key.bytes);
            bodies.add(each.body.bytes);
        }
        const auto params = postgres::params{}.array(std::move(keys)).array(std::move(bodies));
        const auto claimed = tx.query(claim_new_keys, params);
        if (claimed.empty()) {
            return std::vector<held_claim>{};
        }
        if (claimed.front().integer("keys") == static_cast<std::int64_t>(claims.size())) {
            return all_held(claims, claimed.front().timestamp("claimed_at"));
        }
        const auto found = tx.query(claim_keys, params);
        std::vector<held_claim> held;
        held.reserve(found.size());
        for (const auto& row : found) {
            held.push_back(
                {{digest_of(row, "key_id"), digest_of(row, "body_hash")},
                 row.timestamp("claimed_at")}
            );
        }
        return held;
    };
    co_return co_await database_.transact(std::move(work));
}

runtime::task<result<void>> postgres_store::record_key_uses(
    std::vector<std::string> key_ids, instant used_at
) {
    auto work = [&key_ids, used_at](postgres::transaction& tx) {
        tx.execute(upsert_key_uses, postgres::params{}.texts(key_ids).timestamp(used_at));
    };
    co_return co_await database_.transact(std::move(work));
}

}  // namespace vf::ingest_gateway
