#include "ingest-gateway/parse/parse_body.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "vf/json/parse.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view json_type = "application/json";

// One parsed body is held at a time and only until its records are cut out: 200 000 values are
// some 28 MB, and 500 events of 400 values each.
constexpr json::parse_limits door_limits{.values = 200'000};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_json_type(std::string_view value) {
    const auto type = value.substr(0, value.find(';'));
    const auto last = type.find_last_not_of(" \t");
    const auto trimmed = type.substr(0, last == std::string_view::npos ? 0 : last + 1);
    return std::ranges::equal(trimmed, json_type, {}, lower);
}

reply_code code_of(std::string_view json_error) {
    if (json_error == "invalid_json" || json_error == "invalid_utf8") {
        return reply_code::bad_request;
    }
    if (json_error == "too_large") {
        return reply_code::payload_too_large;
    }
    return reply_code::validation_failed;
}

}  // namespace

std::expected<void, refusal> check_content_type(const http::headers& headers) {
    const auto* type = headers.find("Content-Type");
    if (headers.count("Content-Type") != 1 || type == nullptr || !is_json_type(*type)) {
        return std::unexpected(
            refuse(reply_code::bad_request, "Content-Type must be application/json")
        );
    }
    return {};
}

std::expected<json::value, refusal> parse_body(std::string_view body) {
    auto parsed = json::parse(body, door_limits);
    if (!parsed) {
        // Code and position say where the fault is and hold nothing of ours.
        const error& why = parsed.error();
        return std::unexpected(
            refuse(code_of(why.code), "the body is refused: " + why.code + " " + why.detail)
        );
    }
    return std::move(*parsed);
}

}  // namespace vf::ingest_gateway
