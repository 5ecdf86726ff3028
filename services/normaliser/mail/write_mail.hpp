// The SQL of mail notices. Called inside `pool::transact`, on a pool thread.
#pragma once

#include <vector>

#include "normaliser/store.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

[[nodiscard]] std::vector<mail_lookup> find_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices
);

[[nodiscard]] std::vector<stored_mail> store_mail(
    postgres::transaction& tx, const std::vector<mail_outcome>& decided,
    const std::vector<mail_notice>& notices
);

}  // namespace vf::normaliser
