// The rows of suppressions. Inside a transaction that holds the permissions of the projects.
#pragma once

#include <vector>

#include "normaliser/users/suppressions.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

[[nodiscard]] suppressions read_suppressions(
    postgres::transaction& tx, const std::vector<address_name>& addresses
);

}  // namespace vf::normaliser
