// Takes out of a batch the identifies that would give their user more traits than one may hold, and
// gives back their claims: they have had no effect, and are set aside. Inside the transaction of
// the batch, on a pool thread, once its users are locked and its repeats are gone.
#pragma once

#include <cstddef>
#include <vector>

#include "normaliser/users/user_updates.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// Their indices in the batch.
[[nodiscard]] std::vector<std::size_t> drop_over_cap(
    postgres::transaction& tx, user_updates& users
);

}  // namespace vf::normaliser
