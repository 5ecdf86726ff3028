// Takes out of a batch what was received of people before they asked to be forgotten. Pool thread,
// inside the transaction of the batch, once its locks are held: who is erased from here on is
// erased behind this batch, with all it wrote.
#pragma once

#include <cstddef>

#include "normaliser/upkeep/erasures.hpp"
#include "normaliser/users/user_updates.hpp"

namespace vf::normaliser {

struct dropped {
    std::size_t records{0};
    bool too_early{false};  // something new is left of somebody who is still a user here
    selected_users left{};  // who was erased and of whom something new is left
};

// Core.
[[nodiscard]] dropped drop_received(user_updates& users, const erased_users& erased);

// How many records it took out. Refuses the transaction as transient/erasure_under_way, or
// erased_meanwhile when a row that was found is gone: the batch is to be written again.
[[nodiscard]] std::size_t drop_erased(postgres::transaction& tx, user_updates& users, instant now);

}  // namespace vf::normaliser
