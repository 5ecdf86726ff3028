// Requests and responses as plain data, for server and client alike. Nothing of Beast is seen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vf::http {

struct header {
    std::string name;
    std::string value;
};

struct headers {
    std::vector<header> all;

    // Names compare without case. The first of that name.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    void add(std::string name, std::string value);
};

struct request {
    std::string method;
    std::string path;                                            // percent-decoded
    std::vector<std::pair<std::string, std::string>> query;      // decoded, in order
    std::map<std::string, std::string, std::less<>> parameters;  // {name} parts of the route
    http::headers headers;
    std::string body;
    std::string peer;  // the address of the other side

    [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

struct response {
    unsigned status{200};
    http::headers headers;
    std::string body;
    bool close{false};
};

}  // namespace vf::http
