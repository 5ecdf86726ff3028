// What the text of a JSON number stands for. Nothing where the text is no number or the type
// cannot hold it. Belongs to this library; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vf::json {

// Whatever its size.
[[nodiscard]] bool is_number(std::string_view text);
// The exponent it is written with, 0 without one; one beyond all use is cut.
[[nodiscard]] std::int64_t number_exponent(std::string_view text);
// Nearest double; too small becomes zero, too large nothing.
[[nodiscard]] std::optional<double> number_as_double(std::string_view text);
// Whole numbers only, in any notation: "5", "5.0", "50e-1".
[[nodiscard]] std::optional<std::int64_t> number_as_integer(std::string_view text);

}  // namespace vf::json
