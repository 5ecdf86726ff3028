// The events of a batch, and the first of those that had waited for its new users. Inside the
// transaction of the batch, on a pool thread, after the rows of new users.
#pragma once

#include <cstddef>

#include "normaliser/users/user_updates.hpp"
#include "vf/facts/fact_rules.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// The claim of a record guards its event, so it is hardly ever there. To look for it costs as much
// as two indexes: a batch fails instead (conflict/unique_violation), and is written again with
// `skip`.
enum class if_stored { fail, skip };

// Events of users that have a row are attached at `now`; the others are pending.
void insert_events(
    postgres::transaction& tx, const user_updates& users, instant now, if_stored stored
);

// Attaches pending events of new users at `now`, and decides what they come to; who has more of
// them than a batch attaches is not due before attach_waiting.hpp has done the rest. Answers how
// many.
[[nodiscard]] std::size_t attach_pending(
    postgres::transaction& tx, user_updates& users, const facts::fact_rules& rules, instant now
);

}  // namespace vf::normaliser
