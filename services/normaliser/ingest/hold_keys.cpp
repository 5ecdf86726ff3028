#include "normaliser/ingest/hold_keys.hpp"

#include <string>
#include <string_view>

#include "vf/base/assert.hpp"
#include "vf/domain/limits.hpp"

namespace vf::normaliser {

namespace {

// A claim that stands on the day of the request or beside it, less than the window away, holds its
// key. Where there is none the request's own is made: the unique key decides between processes, and
// the update, which changes nothing, is what makes the row of another be returned. In order of the
// keys, so that two batches never wait for each other.
//
// Two requests on two sides of midnight that are resolved at the very same time may both hold:
// their rows do not meet. They still have one effect where their records are the same.
constexpr std::string_view claim_keys_once =
    "WITH requests AS ("
    "   SELECT a.key_id, a.body_hash, a.at, d.day, h.body_hash AS holder, h.claimed_at AS since"
    "   FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS a (key_id, body_hash, at)"
    "   CROSS JOIN LATERAL (SELECT (a.at AT TIME ZONE 'UTC')::date) AS d (day)"
    "   LEFT JOIN LATERAL ("
    "      SELECT c.body_hash, c.claimed_at FROM generate_series(-1, 1) AS beside (days)"
    "      JOIN idempotency_claims c ON c.day = d.day + beside.days AND c.key_id = a.key_id"
    "      WHERE c.claimed_at > a.at - $4::bigint * interval '1 second'"
    "        AND c.claimed_at < a.at + $4::bigint * interval '1 second'"
    "      ORDER BY c.claimed_at LIMIT 1) AS h ON true),"
    " inserted AS ("
    "   INSERT INTO idempotency_claims AS c (day, key_id, body_hash, claimed_at)"
    "   SELECT day, key_id, body_hash, at FROM requests WHERE holder IS NULL ORDER BY key_id"
    "   ON CONFLICT (day, key_id) DO UPDATE SET body_hash = c.body_hash"
    "   RETURNING c.key_id, c.body_hash, c.claimed_at)"
    " SELECT key_id, holder, since FROM requests WHERE holder IS NOT NULL"
    " UNION ALL SELECT key_id, body_hash, claimed_at FROM inserted";

domain::record_id digest_of(const postgres::row& row, std::string_view column) {
    const auto read = domain::record_id::from_uuid(row.text(column));
    VF_ASSERT(read);
    return *read;
}

}  // namespace

key_holders hold_keys(postgres::transaction& tx, const std::vector<unverified_claim>& claims) {
    std::vector<std::string> keys;
    std::vector<std::string> bodies;
    std::vector<instant> times;
    for (const auto& one : claims) {
        keys.push_back(one.claim.key.uuid());
        bodies.push_back(one.claim.body.uuid());
        times.push_back(one.received_at);
    }
    const std::chrono::seconds window = domain::limits::idempotency_window;
    const auto rows = tx.query(
        claim_keys_once,
        postgres::params{}.texts(keys).texts(bodies).timestamps(times).integer(window.count())
    );
    key_holders holders;
    for (const auto& row : rows) {
        holders.emplace(
            digest_of(row, "key_id").raw(),
            key_holder{digest_of(row, "holder"), row.timestamp("since")}
        );
    }
    return holders;
}

}  // namespace vf::normaliser
