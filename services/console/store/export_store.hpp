// All that is kept of one user but its events, which are listed by themselves. Pool thread, inside
// a transaction.
#pragma once

#include <string>

#include "vf/postgres/transaction.hpp"

namespace vf::console {

// The members of a JSON object: user (null where nobody of that id was identified), drafts,
// mail_outcomes, webhooks with their deliveries and attempts, quarantine. Bytes in base64.
[[nodiscard]] std::string read_kept(
    postgres::transaction& tx, const std::string& project, const std::string& external_user_id
);

}  // namespace vf::console
