// What programs send where they have nothing to send. As an id it would make one user of
// everybody. Used by whoever reads a customer's ids. Pure; any thread.
#pragma once

#include <string_view>

namespace vf::domain {

// "undefined", "null", "NaN" or "[object Object]" in any case and between blanks, or blanks alone.
// The text is UTF-8.
[[nodiscard]] bool is_placeholder(std::string_view text);

}  // namespace vf::domain
