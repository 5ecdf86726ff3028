#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "net/ascii.hpp"
#include "vf/http/egress_policy.hpp"

namespace vf::http {

namespace urls = boost::urls;

namespace {

constexpr std::size_t url_length_max = 8'192;
constexpr std::size_t host_length_max = 253;
constexpr std::size_t label_length_max = 63;
constexpr std::size_t port_digits_max = 5;

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

result<std::string> checked_host(const urls::url_view& parsed) {
    std::string_view host{parsed.encoded_host()};
    if (host.starts_with('[')) {
        host = host.substr(1, host.size() - 2);
        // Neither IPvFuture nor a zone.
        if (!host.contains(':') || !ip_address::parse(host)) {
            return invalid("brackets hold an IPv6 address only");
        }
        return to_lower(host);
    }
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    if (!ip_address::parse(host) && !is_host_name(host)) {
        return invalid("the host is neither a name nor an address");
    }
    return to_lower(host);
}

result<std::uint16_t> checked_port(const urls::url_view& parsed, bool tls) {
    if (!parsed.has_port()) {
        return tls ? std::uint16_t{443} : std::uint16_t{80};
    }
    const auto port = parsed.port_number();  // 0 when there are no digits, or it is out of range
    if (port == 0 || parsed.port().size() > port_digits_max) {
        return invalid("the port is not one of 1 to 65535");
    }
    return port;
}

}  // namespace

result<url> url::parse(std::string_view text) {
    if (text.size() > url_length_max) {
        return invalid("too long");
    }
    if (!std::ranges::all_of(text, is_url_character)) {
        return invalid("a character that no URL has");
    }
    // Up to the path, where readers must not disagree. What follows is the receiver's: many have
    // brackets in their queries, which RFC 3986 has not.
    const auto origin = text.substr(0, text.find_first_of("/?#", text.find("://") + 3));
    const auto parsed = urls::parse_uri(origin);
    if (!parsed) {
        return invalid("not a URL as RFC 3986 has them");
    }
    const bool tls = parsed->scheme_id() == urls::scheme::https;
    if (!parsed->has_authority() || (!tls && parsed->scheme_id() != urls::scheme::http)) {
        return invalid("neither http:// nor https://");
    }
    if (text.contains('#')) {
        return invalid("a fragment");
    }
    if (parsed->has_userinfo()) {
        return invalid("user information");
    }
    auto host = checked_host(*parsed);
    if (!host) {
        return forward(host);
    }
    auto port = checked_port(*parsed, tls);
    if (!port) {
        return forward(port);
    }
    url url;
    url.tls = tls;
    url.host = std::move(*host);
    url.port = *port;
    const auto target = text.substr(origin.size());
    url.target = target.starts_with('/') ? std::string{target} : fmt::format("/{}", target);
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
