#include "code_points.hpp"

#include <array>
#include <cstdint>

namespace vf::mail {

namespace {

// Windows-1252 from 0x80 on; 0 where it has nothing.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

constexpr char32_t replacement = 0xfffd;

std::uint32_t byte_of(std::string_view text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

code_point lone_byte(std::uint32_t byte) {
    if (byte >= 0xa0) {
        return {byte, 1};
    }
    const char32_t value = windows_1252[byte - 0x80];
    return {value == 0 ? replacement : value, 1};
}

bool is_scalar(std::uint32_t value, std::size_t length) {
    constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    return value >= least[length] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

}  // namespace

code_point read_code_point(std::string_view text, std::size_t index) {
    const std::uint32_t lead = byte_of(text, index);
    if (lead < 0x80) {
        return {lead, 1};
    }
    std::size_t length = 0;
    if (lead >= 0xf0) {
        length = 4;
    } else if (lead >= 0xe0) {
        length = 3;
    } else {
        length = 2;
    }
    if (lead < 0xc2 || lead > 0xf4 || text.size() - index < length) {
        return lone_byte(lead);
    }
    std::uint32_t value = lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const std::uint32_t next = byte_of(text, index + i);
        if ((next & 0xc0U) != 0x80U) {
            return lone_byte(lead);
        }
        value = (value << 6U) | (next & 0x3fU);
    }
    return is_scalar(value, length) ? code_point{value, length} : lone_byte(lead);
}

void append_utf8(std::string& text, char32_t value) {
    const auto append = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (value < 0x80) {
        append(value);
    } else if (value < 0x800) {
        append(0xc0U | (value >> 6U));
        append(0x80U | (value & 0x3fU));
    } else if (value < 0x10000) {
        append(0xe0U | (value >> 12U));
        append(0x80U | ((value >> 6U) & 0x3fU));
        append(0x80U | (value & 0x3fU));
    } else {
        append(0xf0U | (value >> 18U));
        append(0x80U | ((value >> 12U) & 0x3fU));
        append(0x80U | ((value >> 6U) & 0x3fU));
        append(0x80U | (value & 0x3fU));
    }
}

}  // namespace vf::mail
