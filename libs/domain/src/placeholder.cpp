#include "vf/domain/placeholder.hpp"

#include <algorithm>
#include <array>

#include "code_points.hpp"

namespace vf::domain {

namespace {

constexpr std::array<std::string_view, 4> placeholders{
    "undefined", "null", "nan", "[object object]"
};

std::string_view without_blanks_around(std::string_view text) {
    std::size_t first = text.size();
    std::size_t last = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t start = text.size() - rest.size();
        if (!is_blank(take_code_point(rest))) {
            first = std::min(first, start);
            last = text.size() - rest.size();
        }
    }
    return first < last ? text.substr(first, last - first) : std::string_view{};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_placeholder(std::string_view text) {
    const std::string_view word = without_blanks_around(text);
    return word.empty() || std::ranges::any_of(placeholders, [word](std::string_view each) {
               return std::ranges::equal(word, each, {}, lower);
           });
}

}  // namespace vf::domain
