#include "vfctl/request.hpp"

#include <fmt/format.h>

#include "vf/json/writer.hpp"

namespace vf::vfctl {

namespace {

// All but the unreserved characters of RFC 3986.
std::string percent_encoded(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (letter || digit || c == '-' || c == '.' || c == '_' || c == '~') {
            made += c;
        } else {
            made += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return made;
}

void put_in_path(std::string& target, const argument& of, const std::string& value) {
    const std::string part = fmt::format("{{{}}}", of.name);
    const auto at = target.find(part);
    if (at != std::string::npos) {
        target.replace(at, part.size(), percent_encoded(value));
    }
}

void put_in_query(std::string& query, std::string_view name, const std::string& value) {
    query += fmt::format("{}{}={}", query.empty() ? '?' : '&', name, percent_encoded(value));
}

void put_in_body(json::writer& out, const argument& of, const std::vector<std::string>& values) {
    out.key(of.name);
    const auto& first = values.front();
    const bool number = !first.empty() && first.size() < 10 && first.front() != '0' &&
                        first.find_first_not_of("0123456789") == std::string::npos;
    if (of.where == place::body_limit && (number || first == "unlimited")) {
        out.raw(number ? first : "null");
        return;
    }
    if (of.where != place::body_list) {
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

api_request make_request(const command& chosen, const given_values& values) {
    api_request made{std::string{chosen.method}, std::string{chosen.path}, {}};
    std::string query;
    json::writer body;
    body.begin_object();
    for (const argument& of : chosen.arguments) {
        const auto given = values.find(of.name);
        if (given == values.end() || given->second.empty()) {
            continue;
        }
        switch (of.where) {
            case place::path:
                put_in_path(made.target, of, given->second.front());
                break;
            case place::query:
                put_in_query(query, of.name, given->second.front());
                break;
            case place::body:
            case place::body_list:
            case place::body_limit:
                put_in_body(body, of, given->second);
                break;
        }
    }
    if (chosen.list) {
        for (const std::string_view name : {"limit", "cursor"}) {
            if (const auto given = values.find(name); given != values.end()) {
                put_in_query(query, name, given->second.front());
            }
        }
    }
    made.target += query;
    body.end_object();
    if (chosen.method == "POST" || chosen.method == "PUT" || chosen.method == "PATCH") {
        made.body = std::move(body).take();
    }
    return made;
}

}  // namespace vf::vfctl
