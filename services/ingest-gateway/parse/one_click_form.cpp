#include "ingest-gateway/parse/one_click_form.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view field_name = "List-Unsubscribe";
constexpr std::string_view field_value = "One-Click";
constexpr std::string_view pair = "List-Unsubscribe=One-Click";
// RFC 2046.
constexpr std::size_t boundary_max = 70;
constexpr std::string_view white_space = " \t\r\n";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_any_case(std::string_view text, std::string_view lower_start) {
    return text.size() >= lower_start.size() &&
           std::ranges::equal(text.substr(0, lower_start.size()), lower_start, {}, lower);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

// Up to the separator; `rest` is what follows it.
std::string_view take_until(std::string_view& rest, std::string_view separator) {
    const auto end = rest.find(separator);
    const auto taken = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + separator.size());
    return taken;
}

// The parameter of a header's value: name="…" or name=…; nothing when there is none.
std::optional<std::string_view> parameter(std::string_view value, std::string_view lower_name) {
    take_until(value, ";");
    while (!value.empty()) {
        auto rest = trimmed(take_until(value, ";"));
        if (!starts_with_any_case(rest, lower_name)) {
            continue;
        }
        rest = trimmed(rest.substr(lower_name.size()));
        if (!rest.starts_with('=')) {
            continue;
        }
        rest = trimmed(rest.substr(1));
        const bool quoted = rest.size() >= 2 && rest.front() == '"' && rest.back() == '"';
        return quoted ? rest.substr(1, rest.size() - 2) : rest;
    }
    return std::nullopt;
}

bool is_pair_in_line(std::string_view body) {
    body = trimmed(body);
    while (!body.empty()) {
        if (take_until(body, "&") == pair) {
            return true;
        }
    }
    return false;
}

// One part: its headers, an empty line, its value.
bool is_pair_in_part(std::string_view part) {
    bool named = false;
    while (true) {
        const bool last = part.find('\n') == std::string_view::npos;
        const auto line = trimmed(take_until(part, "\n"));
        if (line.empty()) {
            return named && trimmed(part) == field_value;
        }
        if (last) {
            return false;
        }
        constexpr std::string_view disposition = "content-disposition:";
        if (starts_with_any_case(line, disposition)) {
            named = parameter(line.substr(disposition.size()), "name") == field_name;
        }
    }
}

bool is_pair_in_parts(std::string_view body, std::string_view boundary) {
    const std::string delimiter = "--" + std::string{boundary};
    take_until(body, delimiter);
    while (!body.empty()) {
        // The rest of the delimiter's own line goes before the headers.
        auto part = take_until(body, delimiter);
        take_until(part, "\n");
        if (is_pair_in_part(part)) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_one_click(const http::headers& headers, std::string_view body) {
    const auto* type = headers.find("Content-Type");
    if (type == nullptr || !starts_with_any_case(trimmed(*type), "multipart/")) {
        return is_pair_in_line(body);
    }
    const auto boundary = parameter(*type, "boundary");
    const bool sound = boundary && !boundary->empty() && boundary->size() <= boundary_max;
    return sound && is_pair_in_parts(body, *boundary);
}

}  // namespace vf::ingest_gateway
