// Who of a batch has a row, and the locks under which the batch is decided. In this order: users
// without a row, then due marks. Inside the transaction of the batch, on a pool thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "normaliser/users/user_updates.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// The user_id of each, in order; nothing where there is no row.
[[nodiscard]] std::vector<std::optional<std::int64_t>> find_user_ids(
    postgres::transaction& tx, const selected_users& selection
);

// `exclusive`, of each: whether the user is about to be identified, or erased.
void lock_unknown_users(
    postgres::transaction& tx, const user_name_columns& names, const std::vector<bool>& exclusive
);

// Gives every user that has a row its user_id, and holds the lock of every other.
void lock_users(postgres::transaction& tx, user_updates& users);

// Makes everybody due who has a row and records left, and holds their due marks.
void mark_due(postgres::transaction& tx, user_updates& users);

}  // namespace vf::normaliser
