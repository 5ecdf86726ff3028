// Addresses of people who were erased, as digests under the master key: what names one of them is
// not kept, whenever it arrives. Pool thread, inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/crypto/sealed_secret.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::console {

// The address that the user has by now, if any, as that of the person who is to be erased.
void record_erased_address(
    postgres::transaction& tx, const crypto::master_key& master, const std::string& project,
    const std::string& external_user_id
);

// Of several texts of one project, whether each names somebody who was erased. An address that a
// user of the project has by now names that user.
[[nodiscard]] std::vector<bool> name_erased(
    postgres::transaction& tx, const crypto::master_key& master, const std::string& project,
    const std::vector<std::string>& bodies
);

}  // namespace vf::console
