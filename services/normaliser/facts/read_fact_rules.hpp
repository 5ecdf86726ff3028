// The facts that are counted, as the table fact_defs has them now. Read inside the transaction that
// folds, after the users are locked: whoever builds a new fact from old events (build_facts.hpp)
// relies on it. Pool thread.
#pragma once

#include <string>
#include <vector>

#include "vf/facts/fact_rules.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

[[nodiscard]] facts::fact_rules read_fact_rules(
    postgres::transaction& tx, const std::vector<std::string>& projects
);

}  // namespace vf::normaliser
