// The rows of users that a batch creates and changes: load what stands → merge → store. Inside its
// transaction, on a pool thread, after the users are locked. Both take the `writes` of each and
// leave none.
#pragma once

#include <cstdint>
#include <vector>

#include "normaliser/users/user_updates.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// All of them are identified and have no row; from here they have a user_id. `now` is the time of
// the status that an address brings.
void insert_users(postgres::transaction& tx, const selected_users& unknown, instant now);

// Those of `selection` that are identified again, or have writes. All of them have a row.
// Answers those who have another address now: their status is to be refreshed.
[[nodiscard]] std::vector<std::int64_t> update_users(
    postgres::transaction& tx, const selected_users& selection
);

}  // namespace vf::normaliser
