#include "transfer_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "code_points.hpp"
#include "vf/base/text.hpp"

namespace vf::mail {

namespace {

constexpr std::array part_headers = std::to_array<std::string_view>({
    "content-type:",
    "content-transfer-encoding:",
    "content-disposition:",
});

// Fewer letters than these may be words that happen to be base64.
constexpr std::size_t base64_min = 16;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The bytes after an = that belong to it: 2 for a byte, 1 or 2 for a line end, 0 when it is none.
std::size_t escape_length(std::string_view after) {
    if (after.starts_with('\n')) {
        return 1;
    }
    if (after.starts_with("\r\n")) {
        return 2;
    }
    return after.size() >= 2 && hex_digit(after[0]) >= 0 && hex_digit(after[1]) >= 0 ? 2 : 0;
}

bool is_quoted_printable(std::string_view body) {
    std::size_t escapes = 0;
    for (auto i = body.find('='); i != std::string_view::npos; i = body.find('=', i + 1)) {
        if (escape_length(body.substr(i + 1)) == 0) {
            return false;
        }
        ++escapes;
    }
    return escapes > 1;
}

std::string from_quoted_printable(std::string_view body) {
    std::string decoded;
    decoded.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] != '=') {
            decoded.push_back(body[i]);
            continue;
        }
        const std::string_view after = body.substr(i + 1);
        const std::size_t length = escape_length(after);
        if (length == 2 && after[0] != '\r') {
            decoded.push_back(static_cast<char>(hex_digit(after[0]) * 16 + hex_digit(after[1])));
        }
        i += length;
    }
    return decoded;
}

bool is_printable(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) {
               const auto byte = static_cast<std::uint8_t>(c);
               return byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t');
           });
}

bool is_base64(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
}

std::string from_whole_base64(std::string_view body) {
    std::string letters;
    letters.reserve(body.size());
    for (const char c : body) {
        if (c == '\n' || c == '\r') {
            continue;
        }
        if (!is_base64(c)) {
            return {};
        }
        letters.push_back(c);
    }
    if (letters.size() < base64_min) {
        return {};
    }
    const auto decoded = from_base64(letters);
    return decoded && is_printable(*decoded) ? *decoded : std::string{};
}

bool is_part_header(std::string_view line) {
    constexpr std::size_t name_max = 30;
    if (!line.starts_with('C') && !line.starts_with('c')) {
        return false;
    }
    const std::string text = folded(line.substr(0, name_max));
    return std::ranges::any_of(part_headers, [&text](std::string_view name) {
        return text.starts_with(name);
    });
}

// The first part's lines, when `body` shows the inside of a MIME message; else `body`.
std::string first_part(std::string_view body) {
    // As the names of all those headers go on.
    if (body.find("ontent-") == std::string_view::npos) {
        return std::string{body};
    }
    const auto line_end = [body](std::size_t start) {
        return std::min(body.find('\n', start), body.size());
    };
    std::string part;
    bool headers = false;
    for (std::size_t start = 0; start < body.size();) {
        const std::size_t end = line_end(start);
        const std::string_view line = body.substr(start, end - start);
        const bool boundary = line.starts_with("--") && line.size() > 10 &&
                              line.find_first_of(" -", 2) == std::string_view::npos;
        if (is_part_header(line)) {
            headers = true;
        } else if (boundary && headers) {
            break;
        } else if (!boundary) {
            part.append(line);
            part.push_back('\n');
        }
        start = end + 1;
    }
    return headers ? part : std::string{body};
}

}  // namespace

std::string without_transfer_encoding(std::string_view body) {
    std::string part = first_part(body);
    if (is_quoted_printable(part)) {
        return from_quoted_printable(part);
    }
    std::string decoded = from_whole_base64(part);
    return decoded.empty() ? part : decoded;
}

}  // namespace vf::mail
