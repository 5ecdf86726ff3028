#include <algorithm>
#include <charconv>

#include "net/ascii.hpp"
#include "server/request_head.hpp"

namespace vf::http {

namespace {

// As many digits as surely fit; nobody's limit is near.
constexpr std::size_t length_digits_max = 18;

bool is_host_value(std::string_view value) {
    constexpr std::string_view others = ".-_~:[]%!$&'()*+;=";
    return std::all_of(value.begin(), value.end(), [others](char c) {
        return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
    });
}

// What the headers that frame a message say, gathered in one pass.
struct framing_headers {
    const std::string* length{nullptr};
    const std::string* encoding{nullptr};
    const std::string* host{nullptr};
    std::size_t lengths{0};
    std::size_t encodings{0};
    std::size_t hosts{0};
    bool expects_continue{false};
};

framing_headers gather(const headers& all) {
    framing_headers found;
    for (const auto& each : all.all) {
        if (equal_ignoring_case(each.name, "Content-Length")) {
            found.length = &each.value;
            ++found.lengths;
        } else if (equal_ignoring_case(each.name, "Transfer-Encoding")) {
            found.encoding = &each.value;
            ++found.encodings;
        } else if (equal_ignoring_case(each.name, "Host")) {
            found.host = &each.value;
            ++found.hosts;
        } else if (equal_ignoring_case(each.name, "Expect")) {
            found.expects_continue = equal_ignoring_case(each.value, "100-continue");
        }
    }
    return found;
}

std::unexpected<std::string> refuse(const char* why) {
    return std::unexpected(std::string{why});
}

}  // namespace

std::expected<framing, std::string> judge_framing(const request_head& head) {
    const auto found = gather(head.headers);
    if (found.hosts > 1 || (found.hosts == 0 && head.is_http_1_1)) {
        return refuse("There must be one Host header.");
    }
    if (found.host != nullptr && !is_host_value(*found.host)) {
        return refuse("The Host header is malformed.");
    }
    framing framing;
    framing.expects_continue = found.expects_continue && head.is_http_1_1;
    if (found.encodings > 0) {
        if (found.lengths > 0) {
            return refuse("Content-Length and Transfer-Encoding exclude each other.");
        }
        if (!head.is_http_1_1) {
            return refuse("HTTP/1.0 has no Transfer-Encoding.");
        }
        if (found.encodings > 1 || !equal_ignoring_case(*found.encoding, "chunked")) {
            return refuse("Transfer-Encoding must be exactly \"chunked\".");
        }
        framing.chunked = true;
        return framing;
    }
    if (found.lengths > 0) {
        const auto& digits = *found.length;
        if (found.lengths > 1 || !all_digits(digits) || digits.size() > length_digits_max) {
            return refuse("Content-Length must be one number.");
        }
        std::from_chars(digits.data(), digits.data() + digits.size(), framing.length);
    }
    return framing;
}

}  // namespace vf::http
