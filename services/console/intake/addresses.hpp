// The e-mail addresses that a text names, wherever they stand in it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vf::console {

// In lower case, each once, the first 1,000. Of JSON the strings are looked through as they read,
// of anything else the bytes.
[[nodiscard]] std::vector<std::string> addresses_in(std::string_view body);

// As addresses are compared: ASCII letters in lower case.
[[nodiscard]] std::string lower_address(std::string_view address);

}  // namespace vf::console
