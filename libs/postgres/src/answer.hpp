// What a statement answered, shared by its rows, which read it in place.
#pragma once

#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "vf/postgres/transaction.hpp"

namespace vf::postgres {

struct row::answer {
    pqxx::result result;
    std::vector<std::string> names;
};

}  // namespace vf::postgres
