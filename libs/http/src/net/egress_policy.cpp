#include "vf/http/egress_policy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "vf/base/assert.hpp"

namespace vf::http {

namespace {

// The special ranges of IANA that nobody outside may be reached by. IPv4 first; the v4-mapped
// form is judged as IPv4 and 64:ff9b::/96 by the address it embeds, all else below ::/8 is refused.
constexpr std::array forbidden_v4{
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
    "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",   "255.255.255.255",
};
constexpr std::array forbidden_v6{
    "::/8",      "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
    "3fff::/20", "5f00::/16",      "fc00::/7", "fe80::/10", "fec0::/10",     "ff00::/8",
};
// Parts of 2001::/23 that are reachable from everywhere.
constexpr std::array global_in_2001{
    "2001:1::1",       "2001:1::2",    "2001:1::3",    "2001:3::/32",
    "2001:4:112::/48", "2001:20::/28", "2001:30::/28",
};

struct named_range {
    const char* name;
    ip_range range;
};

template <std::size_t Count>
std::vector<named_range> read_all(const std::array<const char*, Count>& texts) {
    std::vector<named_range> ranges;
    for (const char* text : texts) {
        auto range = ip_range::parse(text);
        VF_ASSERT(range.has_value());
        ranges.push_back(named_range{text, *range});
    }
    return ranges;
}

const char* name_of(const std::vector<named_range>& ranges, const ip_address& address) {
    for (const auto& each : ranges) {
        if (each.range.contains(address)) {
            return each.name;
        }
    }
    return nullptr;
}

std::optional<ip_address> embedded_v4(const ip_address& address) {
    static const ip_range nat64 = *ip_range::parse("64:ff9b::/96");
    if (!nat64.contains(address)) {
        return std::nullopt;
    }
    ip_address inner = *ip_address::parse("0.0.0.0");
    std::copy_n(address.bytes.end() - 4, 4, inner.bytes.end() - 4);
    return inner;
}

// The name of the range that forbids it, null when nothing does.
const char* forbidden_by(const ip_address& address) {
    static const auto v4 = read_all(forbidden_v4);
    static const auto v6 = read_all(forbidden_v6);
    static const auto global = read_all(global_in_2001);
    if (address.is_v4()) {
        return name_of(v4, address);
    }
    if (auto inner = embedded_v4(address)) {
        return name_of(v4, *inner);
    }
    return name_of(global, address) != nullptr ? nullptr : name_of(v6, address);
}

std::unexpected<error> refused(std::string detail) {
    return fail(failure::data, "egress_refused", std::move(detail));
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

result<egress_policy> egress_policy::parse(std::string_view ranges) {
    egress_policy policy;
    if (trimmed(ranges).empty()) {
        return policy;
    }
    while (true) {
        const auto comma = ranges.find(',');
        const auto text = trimmed(ranges.substr(0, comma));
        auto range = ip_range::parse(text);
        if (!range) {
            return fail(failure::data, "range_invalid", fmt::format("\"{}\"", text));
        }
        policy.allowed.push_back(*range);
        if (comma == std::string_view::npos) {
            return policy;
        }
        ranges.remove_prefix(comma + 1);
    }
}

egress_policy egress_policy::open() {
    return egress_policy{{ip_range{ip_address{}, 0}}};
}

bool egress_policy::is_open() const {
    return std::any_of(allowed.begin(), allowed.end(), [](const ip_range& each) {
        return each.prefix == 0;
    });
}

result<void> egress_policy::check_url(const url& target) const {
    if (!target.tls && allowed.empty()) {
        return refused("plain http");
    }
    if (target.host == "localhost") {
        return check_addresses(target, {*ip_address::parse("127.0.0.1")});
    }
    if (auto literal = ip_address::parse(target.host)) {
        return check_addresses(target, {*literal});
    }
    if (target.host.find('.') == std::string::npos && !is_open()) {
        return refused(fmt::format("{} is a local name", target.host));
    }
    return {};
}

result<void> egress_policy::check_addresses(
    const url& target, const std::vector<ip_address>& resolved
) const {
    if (resolved.empty()) {
        return refused("no address");
    }
    for (const auto& address : resolved) {
        const bool opened =
            std::any_of(allowed.begin(), allowed.end(), [&address](const ip_range& each) {
                return each.contains(address);
            });
        if (opened) {
            continue;
        }
        if (const char* range = forbidden_by(address)) {
            return refused(fmt::format("{} lies in {}", address.text(), range));
        }
        if (!target.tls) {
            return refused(fmt::format("plain http to {}", address.text()));
        }
    }
    return {};
}

}  // namespace vf::http
