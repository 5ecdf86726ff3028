// Bytes that are the same for two values that say the same, whatever their white space, escapes and
// order of members: what a digest of a body is taken of. Not JSON, and not for storing: every part
// stands behind its kind and length. Numbers count as they were written. Pure; any thread.
#pragma once

#include <string>

#include "vf/json/value.hpp"

namespace vf::json {

[[nodiscard]] std::string canonical(const value& value);

}  // namespace vf::json
