// The state of a transaction; for the pool, which creates them.
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
