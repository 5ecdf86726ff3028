// The API's answer as text for people: a list as columns, one thing as lines of name and value.
// What customers sent is shown without control characters: a terminal obeys those. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace vf::vfctl {

// Of a 2xx answer. Other text is returned as it is, cleaned.
[[nodiscard]] std::string render(std::string_view answer);

// "code: message (field)" of an error answer, or the text itself.
[[nodiscard]] std::string render_refusal(std::string_view answer);

}  // namespace vf::vfctl
