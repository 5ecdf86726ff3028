// The SQL of mail notices. Called inside `pool::transact`, on a pool thread.
#pragma once

#include <vector>

#include "normaliser/store.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

[[nodiscard]] std::vector<mail_finding> find_mail(
    postgres::transaction& inside, const std::vector<mail_notice>& notices
);

[[nodiscard]] std::vector<standing_mail> settle_mail(
    postgres::transaction& inside, const std::vector<mail_outcome>& decided,
    const std::vector<mail_notice>& asked
);

}  // namespace vf::normaliser
