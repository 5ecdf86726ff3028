#include <algorithm>
#include <array>
#include <cstdint>

#include "code_points.hpp"

namespace vf::mail {

namespace {

// Code points that are all compared as the same text; in order, without overlap.
struct fold_range {
    char32_t first;
    char32_t last;
    std::string_view text;
};

constexpr std::array fold_ranges = std::to_array<fold_range>({
    {0x0060, 0x0060, "'"},      {0x00a0, 0x00a0, " "},      {0x00aa, 0x00aa, "a"},
    {0x00ad, 0x00ad, ""},       {0x00b4, 0x00b4, "'"},      {0x00ba, 0x00ba, "o"},
    {0x00c0, 0x00c5, "a"},      {0x00c6, 0x00c6, "ae"},     {0x00c7, 0x00c7, "c"},
    {0x00c8, 0x00cb, "e"},      {0x00cc, 0x00cf, "i"},      {0x00d0, 0x00d0, "d"},
    {0x00d1, 0x00d1, "n"},      {0x00d2, 0x00d6, "o"},      {0x00d8, 0x00d8, "o"},
    {0x00d9, 0x00dc, "u"},      {0x00dd, 0x00dd, "y"},      {0x00de, 0x00de, "th"},
    {0x00df, 0x00df, "ss"},     {0x00e0, 0x00e5, "a"},      {0x00e6, 0x00e6, "ae"},
    {0x00e7, 0x00e7, "c"},      {0x00e8, 0x00eb, "e"},      {0x00ec, 0x00ef, "i"},
    {0x00f0, 0x00f0, "d"},      {0x00f1, 0x00f1, "n"},      {0x00f2, 0x00f6, "o"},
    {0x00f8, 0x00f8, "o"},      {0x00f9, 0x00fc, "u"},      {0x00fd, 0x00fd, "y"},
    {0x00fe, 0x00fe, "th"},     {0x00ff, 0x00ff, "y"},      {0x0100, 0x0105, "a"},
    {0x0106, 0x010d, "c"},      {0x010e, 0x0111, "d"},      {0x0112, 0x011b, "e"},
    {0x011c, 0x0123, "g"},      {0x0124, 0x0127, "h"},      {0x0128, 0x0131, "i"},
    {0x0132, 0x0133, "ij"},     {0x0134, 0x0135, "j"},      {0x0136, 0x0138, "k"},
    {0x0139, 0x0142, "l"},      {0x0143, 0x014b, "n"},      {0x014c, 0x0151, "o"},
    {0x0152, 0x0153, "oe"},     {0x0154, 0x0159, "r"},      {0x015a, 0x0161, "s"},
    {0x0162, 0x0167, "t"},      {0x0168, 0x0173, "u"},      {0x0174, 0x0175, "w"},
    {0x0176, 0x0178, "y"},      {0x0179, 0x017e, "z"},      {0x017f, 0x017f, "s"},
    {0x0218, 0x0219, "s"},      {0x021a, 0x021b, "t"},      {0x02bc, 0x02bc, "'"},
    {0x0300, 0x036f, ""},       {0x0386, 0x0386, "\u03b1"}, {0x0388, 0x0388, "\u03b5"},
    {0x0389, 0x0389, "\u03b7"}, {0x038a, 0x038a, "\u03b9"}, {0x038c, 0x038c, "\u03bf"},
    {0x038e, 0x038e, "\u03c5"}, {0x038f, 0x038f, "\u03c9"}, {0x0390, 0x0390, "\u03b9"},
    {0x03aa, 0x03aa, "\u03b9"}, {0x03ab, 0x03ab, "\u03c5"}, {0x03ac, 0x03ac, "\u03b1"},
    {0x03ad, 0x03ad, "\u03b5"}, {0x03ae, 0x03ae, "\u03b7"}, {0x03af, 0x03af, "\u03b9"},
    {0x03b0, 0x03b0, "\u03c5"}, {0x03c2, 0x03c2, "\u03c3"}, {0x03ca, 0x03ca, "\u03b9"},
    {0x03cb, 0x03cb, "\u03c5"}, {0x03cc, 0x03cc, "\u03bf"}, {0x03cd, 0x03cd, "\u03c5"},
    {0x03ce, 0x03ce, "\u03c9"}, {0x0401, 0x0401, "\u0435"}, {0x0407, 0x0407, "\u0456"},
    {0x0419, 0x0419, "\u0438"}, {0x0439, 0x0439, "\u0438"}, {0x0451, 0x0451, "\u0435"},
    {0x0457, 0x0457, "\u0456"}, {0x0490, 0x0491, "\u0433"}, {0x1e9e, 0x1e9e, "ss"},
    {0x1ea0, 0x1eb7, "a"},      {0x1eb8, 0x1ec7, "e"},      {0x1ec8, 0x1ecb, "i"},
    {0x1ecc, 0x1ee3, "o"},      {0x1ee4, 0x1ef1, "u"},      {0x1ef2, 0x1ef9, "y"},
    {0x2000, 0x200a, " "},      {0x200b, 0x200f, ""},       {0x2010, 0x2015, "-"},
    {0x2018, 0x2019, "'"},      {0x201a, 0x201a, ","},      {0x201b, 0x201b, "'"},
    {0x201c, 0x201f, "\""},     {0x2026, 0x2026, "..."},    {0x202a, 0x202e, ""},
    {0x202f, 0x202f, " "},      {0x2032, 0x2032, "'"},      {0x205f, 0x205f, " "},
    {0x2060, 0x2069, ""},       {0x2212, 0x2212, "-"},      {0x3000, 0x3000, " "},
    {0x3002, 0x3002, "."},      {0xfb00, 0xfb00, "ff"},     {0xfb01, 0xfb01, "fi"},
    {0xfb02, 0xfb02, "fl"},     {0xfb03, 0xfb03, "ffi"},    {0xfb04, 0xfb04, "ffl"},
    {0xfb05, 0xfb06, "st"},     {0xfe00, 0xfe0f, ""},       {0xfeff, 0xfeff, ""},
});

static_assert(std::ranges::adjacent_find(fold_ranges, [](const auto& left, const auto& right) {
                  return left.last >= right.first;
              }) == fold_ranges.end());

constexpr char32_t full_width_first = 0xff01;
constexpr char32_t full_width_last = 0xff5e;
constexpr char32_t full_width_offset = 0xfee0;
// Thirteen styles of 52 letters each: what "fancy text" is written in.
constexpr char32_t styled_first = 0x1d400;
constexpr char32_t styled_last = 0x1d6a3;

char32_t narrow(char32_t value) {
    if (value >= full_width_first && value <= full_width_last) {
        return value - full_width_offset;
    }
    if (value >= styled_first && value <= styled_last) {
        return U'a' + (value - styled_first) % 26;
    }
    return value;
}

char32_t lower(char32_t value) {
    if ((value >= U'A' && value <= U'Z') || (value >= 0x0391 && value <= 0x03a9) ||
        (value >= 0x0410 && value <= 0x042f)) {
        return value + 0x20;
    }
    if (value >= 0x0400 && value <= 0x040f) {
        return value + 0x50;
    }
    // Armenian and the rest of Cyrillic have no rule: they are compared as they stand.
    return value;
}

}  // namespace

void append_folded(std::string& text, char32_t value) {
    if (value >= U'a' && value <= U'z') {
        text.push_back(static_cast<char>(value));
        return;
    }
    const char32_t narrowed = narrow(value);
    const auto* const range =
        std::ranges::lower_bound(fold_ranges, narrowed, {}, &fold_range::last);
    if (range != fold_ranges.end() && narrowed >= range->first) {
        text.append(range->text);
    } else {
        append_utf8(text, lower(narrowed));
    }
}

std::string folded(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const code_point read = read_code_point(text, i);
        append_folded(result, read.value);
        i += read.length;
    }
    return result;
}

}  // namespace vf::mail
