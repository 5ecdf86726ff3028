// The facts of users that a batch creates and changes: load what stands → fold → store. Inside its
// transaction, on a pool thread, after the users are locked.
#pragma once

#include "normaliser/users/user_updates.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// All of them have a user_id.
void insert_facts(postgres::transaction& tx, const selected_users& selection);
void update_facts(postgres::transaction& tx, const selected_users& selection);

}  // namespace vf::normaliser
