#include "vfctl/request.hpp"

#include <fmt/format.h>

#include "vf/json/writer.hpp"

namespace vf::vfctl {

namespace {

// All but the unreserved characters of RFC 3986.
std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (letter || digit || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

void put_in_path(std::string& target, const argument& argument, const std::string& value) {
    const std::string placeholder = fmt::format("{{{}}}", argument.name);
    const auto position = target.find(placeholder);
    if (position != std::string::npos) {
        target.replace(position, placeholder.size(), percent_encoded(value));
    }
}

void put_in_query(std::string& query, std::string_view name, const std::string& value) {
    query += fmt::format("{}{}={}", query.empty() ? '?' : '&', name, percent_encoded(value));
}

void put_in_body(
    json::writer& out, const argument& argument, const std::vector<std::string>& values
) {
    out.key(argument.name);
    const auto& first = values.front();
    const bool number = !first.empty() && first.size() < 10 && first.front() != '0' &&
                        first.find_first_not_of("0123456789") == std::string::npos;
    if (argument.where == place::body_limit && (number || first == "unlimited")) {
        out.raw(number ? first : "null");
        return;
    }
    if (argument.where != place::body_list) {
        out.string(first);
        return;
    }
    out.begin_array();
    for (const auto& value : values) {
        out.string(value);
    }
    out.end_array();
}

}  // namespace

api_request make_request(const command& chosen, const argument_values& values) {
    api_request request{std::string{chosen.method}, std::string{chosen.path}, {}};
    std::string query;
    json::writer body;
    body.begin_object();
    for (const argument& argument : chosen.arguments) {
        const auto value = values.find(argument.name);
        if (value == values.end() || value->second.empty()) {
            continue;
        }
        switch (argument.where) {
            case place::path:
                put_in_path(request.target, argument, value->second.front());
                break;
            case place::query:
                put_in_query(query, argument.name, value->second.front());
                break;
            case place::body:
            case place::body_list:
            case place::body_limit:
                put_in_body(body, argument, value->second);
                break;
        }
    }
    if (chosen.list) {
        for (const std::string_view name : {"limit", "cursor"}) {
            if (const auto value = values.find(name); value != values.end()) {
                put_in_query(query, name, value->second.front());
            }
        }
    }
    request.target += query;
    body.end_object();
    if (chosen.method == "POST" || chosen.method == "PUT" || chosen.method == "PATCH") {
        request.body = std::move(body).take();
    }
    return request;
}

}  // namespace vf::vfctl
