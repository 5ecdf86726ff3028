// Statements of a delivery's life: due, leased, settled, announced. Pool thread, inside a
// transaction.
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
void read_by_key(postgres::transaction& in);

[[nodiscard]] std::vector<leased_delivery> lease_in(
    postgres::transaction& in, const std::vector<domain::delivery_id>& wanted,
    const std::string& token, duration span
);
void release_in(postgres::transaction& in, const std::string& token);

// Those whose lease was lost.
[[nodiscard]] std::vector<domain::delivery_id> settle_in(
    postgres::transaction& in, const std::vector<outcome>& outcomes
);

[[nodiscard]] std::vector<due_delivery> due_in(
    postgres::transaction& in, const sweep_cursor& after, const std::vector<std::string>& full,
    std::size_t most
);
[[nodiscard]] duration oldest_due_in(postgres::transaction& in);

[[nodiscard]] std::vector<dead_delivery> unannounced_dead_in(
    postgres::transaction& in, std::size_t most
);
void mark_announced_in(postgres::transaction& in, const std::vector<dead_delivery>& told);

}  // namespace vf::webhook_dispatcher
