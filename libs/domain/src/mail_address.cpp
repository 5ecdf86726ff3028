#include "vf/domain/mail_address.hpp"

#include "code_points.hpp"
#include "vf/domain/limits.hpp"

namespace vf::domain {

namespace {

constexpr std::string_view atom_signs = "!#$%&'*+-/=?^_`{|}~";

constexpr bool is_digit(char32_t point) {
    return is_between(point, U'0', U'9');
}

constexpr bool is_letter_or_digit(char32_t point) {
    return is_digit(point) || is_between(point, U'a', U'z') || is_between(point, U'A', U'Z');
}

// A letter of another script. Not what mail software reads as one of ASCII's signs: wide and small
// forms, and the full stops of IDNA.
constexpr bool is_foreign(char32_t point) {
    const bool stands_for_ascii =
        is_between(point, 0xFE50, 0xFE6F) || is_between(point, 0xFF00, 0xFF61) || point == 0x3002;
    return point > 0x7F && !is_blank(point) && !stands_for_ascii;
}

bool is_atom(std::string_view text) {
    while (!text.empty()) {
        const char32_t point = take_code_point(text);
        const bool sign =
            point < 0x80 && atom_signs.find(static_cast<char>(point)) != std::string_view::npos;
        if (!sign && !is_letter_or_digit(point) && !is_foreign(point)) {
            return false;
        }
    }
    return true;
}

bool is_label(std::string_view text) {
    if (text.size() > limits::dns_label_bytes || text.starts_with('-') || text.ends_with('-')) {
        return false;
    }
    while (!text.empty()) {
        const char32_t point = take_code_point(text);
        if (point != U'-' && !is_letter_or_digit(point) && !is_foreign(point)) {
            return false;
        }
    }
    return true;
}

// Parts between dots, none of them empty.
bool is_dotted(std::string_view text, bool (*is_part)(std::string_view)) {
    for (;;) {
        const auto dot = text.find('.');
        const auto part = text.substr(0, dot);
        if (part.empty() || !is_part(part)) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(dot + 1);
    }
}

// 127.0.0.1 is no name, and a.1 can be none.
bool ends_in_digits(std::string_view domain) {
    return domain.find_first_not_of("0123456789", domain.rfind('.') + 1) == std::string_view::npos;
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const auto separator = text.find('@');
    if (separator == std::string_view::npos || text.size() > limits::email_bytes ||
        separator > limits::email_local_bytes) {
        return false;
    }
    const auto domain = text.substr(separator + 1);
    return is_dotted(text.substr(0, separator), is_atom) && is_dotted(domain, is_label) &&
           !ends_in_digits(domain);
}

}  // namespace vf::domain
