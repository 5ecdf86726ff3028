#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "vf/http/name_options.hpp"

namespace vf::http {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool read_port(std::string_view digits, std::uint16_t& port) {
    const auto* const end = digits.data() + digits.size();
    const auto [stop, problem] = std::from_chars(digits.data(), end, port);
    return problem == std::errc{} && stop == end && port > 0;
}

std::optional<name_server> read_one(std::string_view text) {
    name_server server;
    std::string_view host = text;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
    } else if (text.find(':') != text.rfind(':')) {
        text = {};  // an IPv6 address without a port
    } else {
        host = text.substr(0, text.find(':'));
        text.remove_prefix(host.size());
    }
    const auto address = ip_address::parse(host);
    if (!address || (!text.empty() && text.front() != ':') ||
        (!text.empty() && !read_port(text.substr(1), server.port))) {
        return std::nullopt;
    }
    server.address = *address;
    return server;
}

}  // namespace

result<std::vector<name_server>> parse_name_servers(std::string_view text) {
    std::vector<name_server> servers;
    if (trimmed(text).empty()) {
        return servers;
    }
    while (true) {
        const auto comma = text.find(',');
        const auto one = trimmed(text.substr(0, comma));
        const auto server = read_one(one);
        if (!server) {
            return fail(failure::data, "name_server_invalid", fmt::format("\"{}\"", one));
        }
        servers.push_back(*server);
        if (comma == std::string_view::npos) {
            return servers;
        }
        text.remove_prefix(comma + 1);
    }
}

}  // namespace vf::http
