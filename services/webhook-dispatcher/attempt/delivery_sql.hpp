// Statements of a delivery's life: due, leased, ended, published when it is dead. Pool thread,
// inside a transaction.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vf/postgres/transaction.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// For the rest of the transaction: index scans and nested loops only. Batches are a few hundred
// keys of tables that may have grown by millions since anybody counted, and a plan made from old
// statistics reads them whole.
void read_by_key(postgres::transaction& tx);

[[nodiscard]] std::vector<leased_delivery> lease_in(
    postgres::transaction& tx, const std::vector<domain::delivery_id>& deliveries,
    const std::string& token, duration span
);
void release_in(postgres::transaction& tx, const std::string& token);

// Those whose lease was lost.
[[nodiscard]] std::vector<domain::delivery_id> record_outcomes_in(
    postgres::transaction& tx, const std::vector<outcome>& outcomes
);

[[nodiscard]] std::vector<due_delivery> due_in(
    postgres::transaction& tx, const sweep_cursor& after, const std::vector<std::string>& full,
    std::size_t most
);
[[nodiscard]] duration oldest_due_in(postgres::transaction& tx);

[[nodiscard]] std::vector<dead_delivery> unpublished_dead_in(
    postgres::transaction& tx, std::size_t most
);
void mark_published_in(postgres::transaction& tx, const std::vector<dead_delivery>& dead);

}  // namespace vf::webhook_dispatcher
