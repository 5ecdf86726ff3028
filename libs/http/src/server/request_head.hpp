// A request head as plain data, and the judgement of its framing. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "vf/http/message.hpp"

namespace vf::http {

struct request_head {
    std::string method;
    std::string target;
    bool is_http_1_1{false};
    bool keep_alive{false};
    http::headers headers;
};

// `bytes` is a whole head as `head_scan` found it. The error text says what is wrong.
[[nodiscard]] std::expected<request_head, std::string> parse_request_head(std::string_view bytes);

// Where the body of a request ends.
struct framing {
    bool chunked{false};
    std::uint64_t length{0};
    bool expects_continue{false};

    [[nodiscard]] bool has_body() const { return chunked || length > 0; }
};

// Refuses every head that two readers could frame differently.
[[nodiscard]] std::expected<framing, std::string> judge_framing(const request_head& head);

}  // namespace vf::http
