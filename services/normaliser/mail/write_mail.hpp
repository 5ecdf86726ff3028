// A batch of notices in one transaction: lock → find → load → decide → write. On a pool thread.
#pragma once

#include <vector>

#include "normaliser/store.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

// One answer a notice, in order. `now` is the time of the statuses.
[[nodiscard]] std::vector<settled_mail> settle_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, const mail_policy& policy,
    instant now
);

}  // namespace vf::normaliser
