// Bytes from outside to a `document`, with every check that RapidJSON leaves to its caller. Pure;
// any thread; memory is proportional to the input and the stack use is constant.
//
// Errors, all of kind data, code = one of: invalid_json (syntax, trailing bytes, a byte order mark,
// bytes after NUL), invalid_utf8, lone_surrogate, nul_character (\u0000 in a string or key),
// duplicate_key, too_deep, number_out_of_range, too_large (bytes or values). `detail` carries
// "at byte N".
#pragma once

#include <concepts>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/json/document.hpp"

namespace vf::json {

struct parse_limits {
    std::size_t depth{32};
    std::size_t bytes{64U << 20U};
    // Digits and signs of one number; longer texts and what no double holds (1e400) are
    // number_out_of_range.
    std::size_t number_characters{64};
    // The exponent a number is written with, either way. A number of a few characters is as many
    // digits as it says to whoever stores it exactly: 1e-16383 is 16 kB. Every double is within.
    std::size_t number_exponent{324};
    // A value takes 64 bytes, two bytes of input can ask for one.
    std::size_t values{400'000};
    // Whether an object may have several members of one name.
    bool repeated_names{false};
};

[[nodiscard]] result<document> parse(std::string_view text, const parse_limits& limits = {});

// Not of a text that ends with the statement: the document points into it.
template <std::same_as<std::string> Text>
result<document> parse(Text&& text, const parse_limits& limits = {}) = delete;

// Why a text was refused, for who has to tell its sender which part of it to mend.
struct parse_fault {
    std::string code;  // one of those above
    std::size_t offset{0};
    // "traits.sizes[2]": names as they read; one that cannot be shown as it is written. At most
    // 255 bytes, empty when the fault is of the whole.
    std::string path;
};

[[nodiscard]] std::expected<document, parse_fault> parse_located(
    std::string_view text, const parse_limits& limits = {}
);
template <std::same_as<std::string> Text>
std::expected<document, parse_fault> parse_located(Text&& text, const parse_limits& limits = {}) =
    delete;

}  // namespace vf::json
