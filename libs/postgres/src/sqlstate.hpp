// What an SQLSTATE means to a caller; the table of pool.hpp. Pure.
#pragma once

#include <string_view>

#include "vf/base/error.hpp"

namespace vf::postgres {

// `message` is what Postgres said. Of it the detail keeps the first line, and of a message about
// data (classes 22, 54) nothing that stands in quotes, since that is the value at fault.
[[nodiscard]] error error_of_sqlstate(std::string_view sqlstate, std::string_view message);

// No connection, or none any more.
[[nodiscard]] error database_unavailable(std::string_view message);

// Of this process.
[[nodiscard]] error out_of_memory();

}  // namespace vf::postgres
