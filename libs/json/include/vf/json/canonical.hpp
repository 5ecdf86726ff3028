// Bytes that are the same for two values that say the same, whatever their white space, escapes and
// order of members: what a digest of a body is taken of. Not JSON, and not for storing: every part
// stands behind its kind and length. Numbers count as they were written. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "vf/json/value.hpp"

namespace vf::json {

[[nodiscard]] std::string canonical(const value& value);
void append_canonical(std::string& out, const value& value);
// Of a value that is that string.
void append_canonical(std::string& out, std::string_view string);

}  // namespace vf::json
