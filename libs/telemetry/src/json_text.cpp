#include "json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "vf/base/text.hpp"

namespace vf::telemetry {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// The length of the sequence at the start of `rest`, or 0 where none is well formed. Only asked
// for text that is known to be broken somewhere, so it need not be fast.
std::size_t sequence_length(std::string_view rest) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(rest.size(), 4); ++length) {
        if (is_utf8(rest.substr(0, length))) {
            return length;
        }
    }
    return 0;
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out.push_back(c);
        }
    }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    if (is_utf8(text)) {
        append_escaped(out, text);
    } else {
        while (!text.empty()) {
            const std::size_t length = sequence_length(text);
            if (length == 0) {
                out += replacement;
                text.remove_prefix(1);
            } else {
                append_escaped(out, text.substr(0, length));
                text.remove_prefix(length);
            }
        }
    }
    out.push_back('"');
}

}  // namespace vf::telemetry
