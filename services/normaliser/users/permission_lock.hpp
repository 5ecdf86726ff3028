// Who decides who is written to has a project's permissions alone; who gives its users an address
// shares them. So an address that is suppressed while a user gets it is seen by one of the two.
// Taken before any other lock of the transaction. Pool thread, until its end.
#pragma once

#include <string>
#include <vector>

#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

enum class permission_lock { shared, alone };

void lock_permissions(
    postgres::transaction& tx, const std::vector<std::string>& projects, permission_lock how
);

}  // namespace vf::normaliser
