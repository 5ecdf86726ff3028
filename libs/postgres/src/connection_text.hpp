// The connection string libpq gets: what the operator's URL says, and what we add to it. Pure.
#pragma once

#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"

namespace vf::postgres {

// `url` is a URI or a key=value list. Errors: permanent/database_error when it is neither; the
// detail repeats nothing of it, since it may hold a password.
[[nodiscard]] result<std::string> connection_text(
    const std::string& url, const std::string& application_name, vf::duration connect_timeout
);

}  // namespace vf::postgres
