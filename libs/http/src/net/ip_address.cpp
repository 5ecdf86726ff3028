#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

#include "net/ascii.hpp"
#include "vf/http/egress_policy.hpp"

namespace vf::http {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;

}  // namespace

std::optional<ip_address> ip_address::parse(std::string_view text) {
    // inet_pton takes a terminated string and would stop at a NUL of the text.
    if (text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string whole{text};
    ip_address address;
    if (text.find(':') != std::string_view::npos) {
        if (::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) != 1) {
            return std::nullopt;
        }
        return address;
    }
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
    if (::inet_pton(AF_INET, whole.c_str(), address.bytes.data() + mapped_prefix.size()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool ip_address::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

std::string ip_address::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), out.data(), out.size());
    } else {
        ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
    }
    return out.data();
}

std::optional<ip_range> ip_range::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto first = ip_address::parse(text.substr(0, slash));
    if (!first) {
        return std::nullopt;
    }
    if (slash == std::string_view::npos) {
        return ip_range{*first, 128};
    }
    const auto digits = text.substr(slash + 1);
    unsigned prefix = 0;
    if (digits.size() > 3 || !all_digits(digits)) {
        return std::nullopt;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    if (prefix > (dotted ? 32U : 128U)) {
        return std::nullopt;
    }
    return ip_range{*first, dotted ? prefix + mapped_bits : prefix};
}

bool ip_range::contains(const ip_address& address) const {
    const std::size_t whole = prefix / 8;
    if (!std::equal(
            first.bytes.begin(), first.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
            address.bytes.begin()
        )) {
        return false;
    }
    const unsigned rest = prefix % 8;
    if (rest == 0) {
        return true;
    }
    const unsigned differ = static_cast<unsigned>(first.bytes[whole] ^ address.bytes[whole]);
    return (differ >> (8 - rest)) == 0;
}

}  // namespace vf::http
