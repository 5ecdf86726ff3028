// The columns of users that say who may be written to. Inside a transaction, on a pool thread; who
// is written holds the user's due mark.
#pragma once

#include <cstdint>
#include <vector>

#include "normaliser/users/user_status.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

struct permission_row {
    std::int64_t user_id{0};
    user_permission permission;
    user_status status{user_status::active};
};

// And makes them due: the evaluator drops the drafts of whoever may not be written to any more, and
// looks again at whoever may.
void write_permissions(postgres::transaction& tx, const std::vector<permission_row>& rows);

// Of users that have an address they had not before: the causes of that address are theirs. The
// permissions of their projects are locked.
void refresh_status(postgres::transaction& tx, const std::vector<std::int64_t>& users, instant now);

}  // namespace vf::normaliser
