// One batch of users and events in one transaction, every effect guarded by the record's claim, and
// the claims of Idempotency-Keys that the gateway could not make resolved first.
// Called inside `pool::transact`, on a pool thread; the same batch again changes nothing.
#pragma once

#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/ingest/store_events.hpp"
#include "normaliser/store.hpp"
#include "normaliser/users/zone_names.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// `stored`: of events that are stored already, see insert_events.
[[nodiscard]] ingest_written write_ingest(
    postgres::transaction& tx, const ingest_batch& batch, instant now, zone_names& zones,
    if_stored stored = if_stored::fail
);

}  // namespace vf::normaliser
