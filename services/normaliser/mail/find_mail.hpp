// What notices meet in the database. Inside their transaction, on a pool thread.
#pragma once

#include <vector>

#include "normaliser/mail/mail_notice.hpp"
#include "normaliser/mail/mail_state.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// One lookup for each notice, in order.
[[nodiscard]] std::vector<mail_lookup> find_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices
);

}  // namespace vf::normaliser
