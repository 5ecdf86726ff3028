// What a batch of notices changes beside its outcomes: who may be written to, and which addresses.
// Inside its transaction, on a pool thread, under the locks of load_state.hpp.
#pragma once

#include "normaliser/mail/decide_mail.hpp"
#include "vf/base/clock.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// Whose status changes becomes due.
void store_effects(postgres::transaction& tx, const mail_decisions& decided, instant now);

}  // namespace vf::normaliser
