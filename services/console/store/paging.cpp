#include "console/store/paging.hpp"

#include <charconv>
#include <cstdint>

#include "vf/base/text.hpp"

namespace vf::console {

namespace {

constexpr char separator = '\n';

// Base64 as it may stand in a URL, without padding.
std::string to_url_form(std::string base64) {
    while (base64.ends_with('=')) {
        base64.pop_back();
    }
    for (char& c : base64) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    return base64;
}

std::string from_url_form(std::string_view text) {
    std::string base64{text};
    for (char& c : base64) {
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    base64.append((4 - base64.size() % 4) % 4, '=');
    return base64;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::string encode_cursor(std::string_view list, const position& last) {
    std::string plain{list};
    plain += separator;
    plain += std::to_string(to_microseconds(last.timestamp));
    plain += separator;
    plain += last.id;
    return to_url_form(to_base64(plain));
}

std::optional<position> decode_cursor(std::string_view list, std::string_view cursor) {
    const auto plain = from_base64(from_url_form(cursor));
    if (!plain || !is_utf8(*plain) || plain->find('\0') != std::string::npos) {
        return std::nullopt;
    }
    const std::string_view text{*plain};
    const auto first = text.find(separator);
    if (first == std::string_view::npos || text.substr(0, first) != list) {
        return std::nullopt;
    }
    const auto second = text.find(separator, first + 1);
    if (second == std::string_view::npos || second + 1 == text.size()) {
        return std::nullopt;
    }
    const auto timestamp = whole_number(text.substr(first + 1, second - first - 1));
    if (!timestamp) {
        return std::nullopt;
    }
    return position{from_microseconds(*timestamp), std::string{text.substr(second + 1)}};
}

}  // namespace vf::console
