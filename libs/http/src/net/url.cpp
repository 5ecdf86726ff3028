#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "net/ascii.hpp"
#include "vf/http/egress_policy.hpp"

namespace vf::http {

namespace {

constexpr std::size_t url_length_max = 8'192;
constexpr std::size_t host_length_max = 253;
constexpr std::size_t label_length_max = 63;

std::unexpected<error> invalid(std::string_view why) {
    return fail(failure::data, "url_invalid", std::string{why});
}

bool is_url_character(char c) {
    return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>' && c != '`' &&
           c != '{' && c != '|' && c != '}' && c != '^';
}

bool is_label(std::string_view label) {
    auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    return !label.empty() && label.size() <= label_length_max && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), fits);
}

// What other readers take for an IPv4 address: decimal, octal or hexadecimal, in one to four parts.
bool looks_like_a_number(std::string_view label) {
    return all_digits(label) || label.starts_with("0x") || label.starts_with("0X");
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > host_length_max) {
        return false;
    }
    std::string_view rest = host;
    while (true) {
        const auto dot = rest.find('.');
        const auto label = rest.substr(0, dot);
        if (!is_label(label)) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return !looks_like_a_number(label);
        }
        rest.remove_prefix(dot + 1);
    }
}

struct host_and_port {
    std::string_view host;
    std::string_view port;  // digits, or empty for the default
    bool bracketed{false};
};

result<host_and_port> split(std::string_view authority) {
    host_and_port host;
    std::string_view rest;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) {
            return invalid("a bracket is open");
        }
        host.bracketed = true;
        host.host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        host.host = authority.substr(0, colon);
        rest = authority.substr(host.host.size());
    }
    if (!rest.empty()) {
        host.port = rest.substr(1);
        if (rest.front() != ':' || !all_digits(host.port) || host.port.size() > 5) {
            return invalid("the port is no number");
        }
    }
    return host;
}

result<std::string> checked_host(const host_and_port& host_and_port) {
    if (host_and_port.bracketed) {
        const bool is_v6 = host_and_port.host.find(':') != std::string_view::npos;
        if (!is_v6 || !ip_address::parse(host_and_port.host)) {
            return invalid("brackets hold an IPv6 address only");
        }
        return to_lower(host_and_port.host);
    }
    auto host = host_and_port.host;
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    if (!ip_address::parse(host) && !is_host_name(host)) {
        return invalid("the host is neither a name nor an address");
    }
    return to_lower(host);
}

result<std::uint16_t> checked_port(std::string_view digits, bool tls) {
    if (digits.empty()) {
        return tls ? std::uint16_t{443} : std::uint16_t{80};
    }
    unsigned port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (port == 0 || port > 65'535) {
        return invalid("the port is out of range");
    }
    return static_cast<std::uint16_t>(port);
}

}  // namespace

result<url> url::parse(std::string_view text) {
    if (text.size() > url_length_max) {
        return invalid("too long");
    }
    if (!std::all_of(text.begin(), text.end(), is_url_character)) {
        return invalid("a character that no URL has");
    }
    if (text.find('#') != std::string_view::npos) {
        return invalid("a fragment");
    }
    url url;
    const auto scheme_end = text.find("://");
    const auto scheme = to_lower(text.substr(0, scheme_end));
    if (scheme_end == std::string_view::npos || (scheme != "https" && scheme != "http")) {
        return invalid("neither http:// nor https://");
    }
    url.tls = scheme == "https";
    auto rest = text.substr(scheme_end + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        return invalid("user information");
    }
    auto host_and_port = split(authority);
    if (!host_and_port) {
        return forward(host_and_port);
    }
    auto host = checked_host(*host_and_port);
    if (!host) {
        return forward(host);
    }
    auto port = checked_port(host_and_port->port, url.tls);
    if (!port) {
        return forward(port);
    }
    url.host = std::move(*host);
    url.port = *port;
    url.target = rest.starts_with('/') ? std::string{rest} : fmt::format("/{}", rest);
    return url;
}

std::string url::authority() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    std::string text = is_v6 ? fmt::format("[{}]", host) : host;
    if (port != (tls ? 443 : 80)) {
        text += fmt::format(":{}", port);
    }
    return text;
}

}  // namespace vf::http
