// The target of a request line, taken apart. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vf::http {

// Percent escapes decoded; nothing when one is broken, names NUL, or gives bytes that are not
// UTF-8. With `plus_is_space` as forms and queries write it.
[[nodiscard]] std::optional<std::string> percent_decode(
    std::string_view text, bool plus_is_space = false
);

struct request_target {
    std::string_view raw_path;  // still escaped; points into what was parsed
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
};

// "/path?query" or the same behind "http://host". Nothing for any other form.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view text);

}  // namespace vf::http
