// Text that its sender takes for JSON to text that `parse` takes, where the sender cannot be told
// to mend it and what it says is worth more than its form. For one pass before `parse(…, lenient)`.
//
// In strings: bytes that are not UTF-8, lone surrogates and NUL become U+FFFD, control characters
// their escape. A number that no double holds, or that is longer than a parser takes, becomes the
// string of its digits. A byte order mark goes. All else stays as it is: what is no JSON for any
// other reason is none afterwards either. Members of one name stay too; `value::find` answers the
// first. Pure; any thread; constant stack; at most six bytes for each of the input.
#pragma once

#include <string>
#include <string_view>

#include "vf/json/parse.hpp"

namespace vf::json {

[[nodiscard]] std::string mend(std::string_view text);

inline constexpr parse_limits lenient{.depth = 1'000, .repeated_names = true};

}  // namespace vf::json
