#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "html_text.hpp"

namespace vf::mail {

namespace {

// The letters of Latin-1 from U+00C0 on, in order.
constexpr std::array latin_names = std::to_array<std::string_view>({
    "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig", "Ccedil",
    "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc", "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",  "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN", "szlig",
    "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig", "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc", "iuml",
    "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",  "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn", "yuml",
});

struct named_character {
    std::string_view name;
    char32_t value;
};

constexpr std::array named_characters = std::to_array<named_character>({
    {"amp", U'&'},     {"lt", U'<'},       {"gt", U'>'},      {"quot", U'"'},    {"apos", U'\''},
    {"nbsp", 0xa0},    {"iexcl", 0xa1},    {"laquo", 0xab},   {"shy", 0xad},     {"raquo", 0xbb},
    {"iquest", 0xbf},  {"OElig", 0x152},   {"oelig", 0x153},  {"Scaron", 0x160}, {"scaron", 0x161},
    {"ensp", 0x2002},  {"emsp", 0x2003},   {"zwnj", 0x200c},  {"zwj", 0x200d},   {"ndash", 0x2013},
    {"mdash", 0x2014}, {"lsquo", 0x2018},  {"rsquo", 0x2019}, {"ldquo", 0x201c}, {"rdquo", 0x201d},
    {"bull", 0x2022},  {"hellip", 0x2026}, {"euro", 0x20ac},
});

// All of them, by name.
consteval auto sorted_characters() {
    std::array<named_character, latin_names.size() + named_characters.size()> sorted{};
    for (std::size_t i = 0; i < latin_names.size(); ++i) {
        sorted[i] = {latin_names[i], 0xc0 + static_cast<char32_t>(i)};
    }
    std::ranges::copy(named_characters, sorted.begin() + latin_names.size());
    std::ranges::sort(sorted, {}, &named_character::name);
    return sorted;
}

constexpr std::size_t name_max = 10;

char32_t named(std::string_view name) {
    static constexpr auto characters = sorted_characters();
    const auto* const found =
        std::ranges::lower_bound(characters, name, {}, &named_character::name);
    return found != characters.end() && found->name == name ? found->value : 0;
}

char32_t numbered(std::string_view digits) {
    const bool hex = digits.starts_with('x') || digits.starts_with('X');
    digits.remove_prefix(hex ? 1 : 0);
    std::uint32_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, hex ? 16 : 10);
    const bool scalar = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    return error == std::errc{} && stop == end && scalar ? value : 0;
}

}  // namespace

character_reference read_character_reference(std::string_view text) {
    const auto end = text.substr(0, name_max).find(';');
    if (!text.starts_with('&') || end == std::string_view::npos || end < 2) {
        return {};
    }
    const std::string_view name = text.substr(1, end - 1);
    return {name.starts_with('#') ? numbered(name.substr(1)) : named(name), end + 1};
}

}  // namespace vf::mail
