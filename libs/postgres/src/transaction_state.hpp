// What a transaction is made of; known to the pool, which makes them.
#pragma once

#include <optional>

#include "session.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

struct transaction::state {
    session& session;
    // The first, which is the one that explains the others.
    std::optional<error> failed_with;
};

}  // namespace vf::postgres
