#include "vf/wire/fingerprint.hpp"

#include <algorithm>
#include <cstddef>

#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::wire {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// Numbers, ids and digests have a digit in them; words do not.
std::string word_or_hash(std::string_view word) {
    return std::ranges::any_of(word, is_digit) ? "#" : std::string{word};
}

}  // namespace

std::string without_particulars(std::string_view text) {
    std::string kept;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\'' || c == '`') {
            const auto end = text.find(c, i + 1);
            if (end != std::string_view::npos) {
                kept += "''";
                i = end + 1;
                continue;
            }
        }
        std::size_t end = i;
        while (end < text.size() && (is_digit(text[end]) || is_letter(text[end]))) {
            ++end;
        }
        if (end > i) {
            kept += word_or_hash(text.substr(i, end - i));
            i = end;
        } else {
            kept += c;
            ++i;
        }
    }
    return kept;
}

std::string fingerprint_of(const set_aside_reason& why) {
    std::string all;
    for (const auto& part :
         {why.stage, why.code, without_particulars(why.field), without_particulars(why.detail)}) {
        all += part;
        all += '\0';
    }
    constexpr std::size_t bytes = 8;
    return "v1:" + to_hex(crypto::sha256(all).substr(0, bytes));
}

}  // namespace vf::wire
