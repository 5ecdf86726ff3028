// What stands of whom a batch of notices is about, under the locks that keep it so: the due marks
// of everybody whose permission may change, then the rows of everybody matched, against erasure.
// Inside the transaction, on a pool thread, after the permissions of the projects are locked.
#pragma once

#include <vector>

#include "normaliser/mail/mail_notice.hpp"
#include "normaliser/mail/mail_state.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

[[nodiscard]] mail_state load_state(
    postgres::transaction& tx, const std::vector<mail_notice>& notices,
    const std::vector<mail_lookup>& found
);

}  // namespace vf::normaliser
