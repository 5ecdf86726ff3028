// The claims of Idempotency-Keys in the database, which the gateways make, and the normalisers
// where a gateway could not. Called inside `pool::transact`, on a pool thread, before anything else
// is written.
#pragma once

#include <vector>

#include "normaliser/ingest/unverified_claims.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// No key twice.
[[nodiscard]] key_holders hold_keys(
    postgres::transaction& tx, const std::vector<unverified_claim>& claims
);

}  // namespace vf::normaliser
