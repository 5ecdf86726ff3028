// What projects are called in the rows of events, a number each for good; one that has none yet
// gets it. Inside the transaction of a batch, on a pool thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "vf/postgres/transaction.hpp"

namespace vf::normaliser {

using project_numbers = std::map<std::string, std::int64_t>;

// Of each of `projects`, unless the transaction has failed.
[[nodiscard]] project_numbers number_projects(
    postgres::transaction& tx, const std::vector<std::string>& projects
);

}  // namespace vf::normaliser
