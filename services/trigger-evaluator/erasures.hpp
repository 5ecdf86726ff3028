// Fires and drafts of people who asked to be forgotten. Behind the normaliser, because as long as
// the user is there another rule may fire; its step has the number of the user, so that what
// belongs to whoever has the same id since then stays. Pool thread, inside a transaction.
#pragma once

#include "vf/postgres/transaction.hpp"

namespace vf::trigger_evaluator {

// Does the oldest erasure that is to be done here; false when there is none. Replicas may do it
// side by side.
[[nodiscard]] bool erase_next(postgres::transaction& tx);

}  // namespace vf::trigger_evaluator
