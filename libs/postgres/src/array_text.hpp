// Arrays in Postgres's text form, written by libpqxx: `{1,2}`, `{"a \"b\"",NULL}`. Text is always
// in quotes, so the word NULL and the empty text stay text. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vf::postgres {

[[nodiscard]] std::string array_text(const std::vector<std::string>& elements);
[[nodiscard]] std::string array_text(const std::vector<std::optional<std::string>>& elements);

}  // namespace vf::postgres
