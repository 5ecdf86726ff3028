#include "normaliser/ingest/hold_keys.hpp"

#include <string>
#include <string_view>

#include "vf/base/assert.hpp"
#include "vf/domain/limits.hpp"

namespace vf::normaliser {

namespace {

// Whoever claimed a key last holds it, for the window; a request received as long after takes it
// over. The unique key decides between processes, and the update of a row that stands, which
// changes nothing, is what makes the row of another be returned. In order of the keys, so that two
// batches never wait for each other.
constexpr std::string_view claim_keys_once =
    "INSERT INTO key_claims AS c (key_id, body_hash, claimed_at)"
    " SELECT a.key_id, a.body_hash, a.at"
    " FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS a (key_id, body_hash, at)"
    " ORDER BY a.key_id"
    " ON CONFLICT (key_id) DO UPDATE SET"
    "   body_hash = CASE WHEN excluded.claimed_at < c.claimed_at + $4::bigint * interval '1 second'"
    "                    THEN c.body_hash ELSE excluded.body_hash END,"
    "   claimed_at = CASE WHEN excluded.claimed_at < c.claimed_at + $4::bigint * interval '1 "
    "second'"
    "                     THEN c.claimed_at ELSE excluded.claimed_at END"
    " RETURNING c.key_id, c.body_hash, c.claimed_at";

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
            key_holder{digest_of(row, "body_hash"), row.timestamp("claimed_at")}
        );
    }
    // A key that was taken over since is no business of a request of the time before.
    for (const auto& one : claims) {
        const auto holder = holders.find(one.claim.key.raw());
        if (holder != holders.end() && holder->second.since >= one.received_at + window) {
            holder->second = {one.claim.body, one.received_at};
        }
    }
    return holders;
}

}  // namespace vf::normaliser
