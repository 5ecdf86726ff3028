#include "net/serialise.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "net/ascii.hpp"

namespace vf::http {

namespace {

std::string_view reason(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Other";
    }
}

void append_number(std::string& out, std::size_t number) {
    const fmt::format_int digits{number};
    out.append(digits.data(), digits.size());
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    const auto begin = out.size();
    out.append(name).append(": ").append(value);
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_control, ' ');
    out.append("\r\n");
}

bool frames_a_message(std::string_view name) {
    constexpr std::array<std::string_view, 4> ours{
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"
    };
    return std::any_of(ours.begin(), ours.end(), [name](std::string_view each) {
        return equal_ignoring_case(each, name);
    });
}

bool status_forbids_body(unsigned status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

bool has_body(const response& answer, const response_options& options) {
    return !options.to_head && !status_forbids_body(answer.status) && !answer.body.empty();
}

void write_response_head(
    std::string& out, const response& answer, const response_options& options
) {
    out.append(options.is_http_1_1 ? "HTTP/1.1 " : "HTTP/1.0 ");
    append_number(out, answer.status);
    out.append(" ").append(reason(answer.status)).append("\r\n");
    bool has_type = false;
    for (const auto& each : answer.headers.all) {
        if (!frames_a_message(each.name)) {
            has_type = has_type || equal_ignoring_case(each.name, "Content-Type");
            append_header(out, each.name, each.value);
        }
    }
    if (!status_forbids_body(answer.status)) {
        if (!has_type && !answer.body.empty()) {
            out.append("Content-Type: application/json\r\n");
        }
        out.append("Content-Length: ");
        append_number(out, answer.body.size());
        out.append("\r\n");
    }
    if (options.close) {
        out.append("Connection: close\r\n");
    } else if (!options.is_http_1_1) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

void write_request(
    std::string& out, const request_line& line, const headers& headers, std::string_view body
) {
    out.append(line.method).append(" ").append(line.target.target).append(" HTTP/1.1\r\n");
    append_header(out, "Host", line.target.authority());
    for (const auto& each : headers.all) {
        if (!frames_a_message(each.name) && !equal_ignoring_case(each.name, "Host")) {
            append_header(out, each.name, each.value);
        }
    }
    if (!body.empty() || (line.method != "GET" && line.method != "HEAD")) {
        out.append("Content-Length: ");
        append_number(out, body.size());
        out.append("\r\n");
    }
    out.append("\r\n").append(body);
}

}  // namespace vf::http
