// Bytes from outside to `value`, with every check that RapidJSON leaves to its caller. Pure; any
// thread; memory is proportional to the input and the stack use is constant.
//
// Errors, all of kind data, code = one of: invalid_json (syntax, trailing bytes, a byte order mark,
// bytes after NUL), invalid_utf8, lone_surrogate, nul_character (\u0000 in a string or key),
// duplicate_key, too_deep, number_out_of_range, too_large (bytes or values). `detail` carries
// "at byte N".
#pragma once

#include <cstddef>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/json/value.hpp"

namespace vf::json {

struct parse_limits {
    std::size_t depth{32};
    std::size_t bytes{64U << 20U};
    // Digits and signs of one number; 1e400 and longer texts are number_out_of_range.
    std::size_t number_characters{64};
    // A value takes some 140 bytes, two bytes of input can ask for one.
    std::size_t values{400'000};
};

[[nodiscard]] result<value> parse(std::string_view text, const parse_limits& limits = {});

}  // namespace vf::json
