// What the text of a setting stands for; nothing where it is not of that form. Belongs to this
// library; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/config/reader.hpp"

namespace vf::config {

[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view text);
[[nodiscard]] std::optional<bool> boolean_of(std::string_view text);
// Comma-separated, spaces around each word dropped; an empty word among others is no list.
[[nodiscard]] std::optional<std::vector<std::string>> words_of(std::string_view text);
[[nodiscard]] std::optional<std::vector<vf::duration>> durations_of(std::string_view text);
[[nodiscard]] std::optional<address> address_of(std::string_view text);

}  // namespace vf::config
