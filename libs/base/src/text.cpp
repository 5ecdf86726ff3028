#include "vf/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace vf {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_digits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// 62^10 < 2^64 < 62^11
constexpr std::size_t base62_digits_max = 11;

constexpr std::uint8_t no_digit = 0xff;

using byte_table = std::array<std::uint8_t, 256>;

consteval byte_table digit_values(std::string_view digits) {
    byte_table values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        values[static_cast<std::uint8_t>(digits[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

consteval byte_table hex_values() {
    byte_table values = digit_values(hex_digits);
    for (std::uint8_t i = 0; i < 6; ++i) {
        values[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
    }
    return values;
}

consteval std::array<std::uint32_t, 256> crc32_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t remainder = i;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? 0xedb88320U : 0U);
        }
        table[i] = remainder;
    }
    return table;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

bool is_ascii_word(const char* text) {
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    return (word & 0x8080808080808080U) == 0;
}

// What may follow a lead byte: how many bytes in all, and the range of the second one. The range
// is where overlong forms, surrogates and what lies above U+10FFFF are refused.
struct sequence {
    std::size_t length;
    std::uint8_t low;
    std::uint8_t high;
};

sequence sequence_of(std::uint8_t lead) {
    if (lead >= 0xc2 && lead <= 0xdf) {
        return {2, 0x80, 0xbf};
    }
    if (lead == 0xe0) {
        return {3, 0xa0, 0xbf};
    }
    if (lead == 0xed) {
        return {3, 0x80, 0x9f};
    }
    if (lead >= 0xe1 && lead <= 0xef) {
        return {3, 0x80, 0xbf};
    }
    if (lead == 0xf0) {
        return {4, 0x90, 0xbf};
    }
    if (lead >= 0xf1 && lead <= 0xf3) {
        return {4, 0x80, 0xbf};
    }
    if (lead == 0xf4) {
        return {4, 0x80, 0x8f};
    }
    return {0, 0, 0};
}

// The length of the well-formed multi-byte sequence at `at`, or 0.
std::size_t sequence_length(std::string_view bytes, std::size_t index) {
    const sequence expected = sequence_of(byte_at(bytes, index));
    if (expected.length == 0 || bytes.size() - index < expected.length) {
        return 0;
    }
    const std::uint8_t second = byte_at(bytes, index + 1);
    if (second < expected.low || second > expected.high) {
        return 0;
    }
    for (std::size_t i = 2; i < expected.length; ++i) {
        if ((byte_at(bytes, index + i) & 0xc0U) != 0x80U) {
            return 0;
        }
    }
    return expected.length;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    std::size_t index = 0;
    while (index < bytes.size()) {
        // Nearly all text from outside is ASCII: eight bytes at a time.
        if (bytes.size() - index >= sizeof(std::uint64_t) && is_ascii_word(bytes.data() + index)) {
            index += sizeof(std::uint64_t);
        } else if (byte_at(bytes, index) < 0x80) {
            ++index;
        } else {
            const std::size_t length = sequence_length(bytes, index);
            if (length == 0) {
                return false;
            }
            index += length;
        }
    }
    return true;
}

std::string to_hex(std::string_view bytes) {
    std::string text(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = hex_digits[byte_at(bytes, i) >> 4U];
        text[2 * i + 1] = hex_digits[byte_at(bytes, i) & 0xfU];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    static constexpr byte_table values = hex_values();
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = values[byte_at(text, 2 * i)];
        const std::uint8_t low = values[byte_at(text, 2 * i + 1)];
        if (high == no_digit || low == no_digit) {
            return std::nullopt;
        }
        bytes[i] = static_cast<char>((high << 4U) | low);
    }
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        std::uint32_t group = std::uint32_t{byte_at(bytes, i)} << 16U;
        if (left > 1) {
            group |= std::uint32_t{byte_at(bytes, i + 1)} << 8U;
        }
        if (left > 2) {
            group |= byte_at(bytes, i + 2);
        }
        text.push_back(base64_digits[group >> 18U]);
        text.push_back(base64_digits[(group >> 12U) & 0x3fU]);
        text.push_back(left > 1 ? base64_digits[(group >> 6U) & 0x3fU] : '=');
        text.push_back(left > 2 ? base64_digits[group & 0x3fU] : '=');
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    static constexpr byte_table values = digit_values(base64_digits);
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::size_t padding = 0;
    if (text.ends_with("==")) {
        padding = 2;
    } else if (text.ends_with('=')) {
        padding = 1;
    }
    const std::string_view digits = text.substr(0, text.size() - padding);
    std::string bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint8_t digit = values[byte_at(digits, i)];
        if (digit == no_digit) {
            return std::nullopt;
        }
        pending = (pending << 6U) | digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>((pending >> bits) & 0xffU));
        }
    }
    // Two texts must never stand for the same bytes.
    if ((pending & ((1U << bits) - 1U)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

std::string to_base32(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / 5);
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        pending = (pending << 8U) | byte_at(bytes, i);
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text.push_back(base32_digits[(pending >> bits) & 0x1fU]);
        }
    }
    if (bits > 0) {
        text.push_back(base32_digits[(pending << (5 - bits)) & 0x1fU]);
    }
    return text;
}

std::string to_base62(std::uint64_t value, std::size_t width) {
    std::string text(std::max(width, base62_digits_max), '0');
    std::size_t first = text.size();
    while (value != 0) {
        text[--first] = base62_digits[value % 62];
        value /= 62;
    }
    text.erase(0, std::min(first, text.size() - width));
    return text;
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr std::array<std::uint32_t, 256> table = crc32_table();
    std::uint32_t remainder = 0xffffffffU;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        remainder = (remainder >> 8U) ^ table[(remainder ^ byte_at(bytes, i)) & 0xffU];
    }
    return ~remainder;
}

}  // namespace vf
