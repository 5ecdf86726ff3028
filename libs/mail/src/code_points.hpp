// Text from outside as code points, whatever its bytes: reading never fails and always moves on.
// Used by everything in this library that reads text. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vf::mail {

struct code_point {
    char32_t value;
    std::size_t length;  // bytes it was read from, at least 1
};

// The code point that starts at `index`, which is less than the size. A byte that is no UTF-8 is
// read as Windows-1252, which is what such mail is in.
[[nodiscard]] code_point read_code_point(std::string_view text, std::size_t index);

void append_utf8(std::string& text, char32_t value);

// Of `value` in comparisons, appended to `text` as UTF-8: lower case, without accents, in narrow
// forms, with straight apostrophes; nothing for what has no width.
void append_folded(std::string& text, char32_t value);

[[nodiscard]] std::string folded(std::string_view text);

}  // namespace vf::mail
