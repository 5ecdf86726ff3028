// The rows of users a batch makes and changes. Inside its transaction, on a pool thread, after the
// users are locked. Both take what is `said` of each and leave nothing of it.
#pragma once

#include "normaliser/users/user_updates.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// Those of `unknown`, by their identifies; from here they have a user_id.
void insert_users(postgres::transaction& tx, const selected_users& unknown);

// Those of `known` that are identified again, or of whom something is said.
void update_users(postgres::transaction& tx, const selected_users& selection);

}  // namespace vf::normaliser
