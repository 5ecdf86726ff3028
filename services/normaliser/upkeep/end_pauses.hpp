// Pauses whose time is over: the users have the status they would have without, and are due. Run
// periodically, pool thread, a slice a transaction.
#pragma once

#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// False when nobody's pause is over.
[[nodiscard]] bool end_pauses(postgres::transaction& tx);

}  // namespace vf::normaliser
