// Text from outside a character at a time. Belongs to this library; pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace vf::domain {

// Takes the first code point of valid UTF-8 that is not empty.
inline char32_t take_code_point(std::string_view& utf8) {
    const auto first = static_cast<unsigned char>(utf8.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? first : first & (0x7FU >> size);
    for (std::size_t i = 1; i < size && i < utf8.size(); ++i) {
        point = (point << 6U) | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
    }
    utf8.remove_prefix(size < utf8.size() ? size : utf8.size());
    return point;
}

constexpr bool is_between(char32_t point, char32_t low, char32_t high) {
    return point >= low && point <= high;
}

// White space and what is not seen at all: controls, joiners, marks of direction.
constexpr bool is_blank(char32_t point) {
    return point <= 0x20 || is_between(point, 0x7F, 0xA0) || point == 0xAD || point == 0x1680 ||
           is_between(point, 0x2000, 0x200F) || is_between(point, 0x2028, 0x202F) ||
           is_between(point, 0x205F, 0x206F) || point == 0x3000 || point == 0xFEFF ||
           is_between(point, 0xFFF9, 0xFFFF) || is_between(point, 0xE0000, 0xE0FFF);
}

}  // namespace vf::domain
