// Finds the end of a message head in bytes as they arrive, and refuses there what a parser would
// forgive: bare line feeds, folded lines, too many or too long ones. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace vf::http {

struct head_limits {
    std::size_t bytes;
    std::size_t headers;
};

enum class head_state { incomplete, complete, malformed, too_large };

// `bytes` is the whole input so far, from the first byte of the request line, at every call: what
// was looked at before is not looked at again.
class head_scan {
public:
    [[nodiscard]] head_state advance(std::string_view bytes, const head_limits& limits);

    // Of a complete head, its empty line included.
    [[nodiscard]] std::size_t length() const { return line_start_; }

private:
    [[nodiscard]] head_state take_line(std::string_view line, const head_limits& limits);

    std::size_t seen_{0};
    std::size_t line_start_{0};
    std::size_t lines_{0};
};

}  // namespace vf::http
