// Where our requests may go. Pure: judged on the address after resolution; any forbidden address of
// a name refuses all of them, and the vetted address is the one connected to. The table of special
// ranges is in src and tested row by row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/error.hpp"

namespace vf::http {

// An IPv4 address is kept in its v4-mapped form.
struct ip_address {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] static std::optional<ip_address> parse(std::string_view text);
    [[nodiscard]] bool is_v4() const;
    // "192.0.2.1" or "2001:db8::1".
    [[nodiscard]] std::string text() const;

    friend bool operator==(const ip_address&, const ip_address&) = default;
};

struct ip_range {
    ip_address first;
    unsigned prefix{128};  // of the 16-byte form

    // "10.0.0.0/8", "fc00::/7", or a lone address.
    [[nodiscard]] static std::optional<ip_range> parse(std::string_view text);
    [[nodiscard]] bool contains(const ip_address& address) const;
};

struct url {
    bool tls{true};
    std::string host;  // lower case, no brackets
    std::uint16_t port{443};
    std::string target;  // path and query, at least "/"

    // Refuses user info, fragments, empty hosts, control characters, other schemes, port 0, and
    // IPv4 addresses spelled otherwise than as four decimals ("2130706433", "0x7f.1"). One dot at
    // the end of the host is dropped. Errors: data/url_invalid.
    [[nodiscard]] static result<url> parse(std::string_view text);
    [[nodiscard]] std::string authority() const;  // as in the Host header
};

struct egress_policy {
    // Development opens ranges, and plain http to addresses in them.
    std::vector<ip_range> allowed;

    // Comma-separated CIDRs. Errors: data/range_invalid.
    [[nodiscard]] static result<egress_policy> parse(std::string_view ranges);
    // Everything goes, plain http included: for tools that talk to our own console.
    [[nodiscard]] static egress_policy open();
    [[nodiscard]] bool is_open() const;

    // What can be judged before a look-up: the scheme, an address literal, "localhost" (which is
    // 127.0.0.1 and never looked up), a name without a dot, which only an open policy lets pass.
    // Errors: data/egress_refused.
    [[nodiscard]] result<void> check_url(const url& target) const;
    // The addresses a name resolved to. Errors: data/egress_refused.
    [[nodiscard]] result<void> check_addresses(
        const url& target, const std::vector<ip_address>& resolved
    ) const;
};

}  // namespace vf::http
