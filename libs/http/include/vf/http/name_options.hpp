// How a client finds the addresses of names: from which servers, for how long, and how long it
// keeps what it found. Plain data; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/http/egress_policy.hpp"

namespace vf::http {

struct name_server {
    ip_address address;
    std::uint16_t port{53};

    friend bool operator==(const name_server&, const name_server&) = default;
};

// "192.0.2.1, 192.0.2.2:5353, [2001:db8::1]:53"; empty for none. Errors: data/name_server_invalid.
[[nodiscard]] result<std::vector<name_server>> parse_name_servers(std::string_view text);

struct name_options {
    // None: those of `resolv_conf`, which is read again when it changes.
    std::vector<name_server> servers;
    std::string resolv_conf{"/etc/resolv.conf"};
    std::uint16_t resolv_conf_port{53};
    vf::duration resolv_conf_interval{std::chrono::seconds{5}};
    // Of one look-up, whatever waits for it.
    vf::duration limit{std::chrono::seconds{5}};
    // Once there are addresses of one family, those of the other get so much more time.
    vf::duration second_family_limit{std::chrono::milliseconds{500}};
    // Whether any name resolves at all, when one did not.
    vf::duration probe_limit{std::chrono::seconds{2}};
    // Addresses are kept for as long as their records say, within these; that a name has none, and
    // that nobody answered, for a fixed time.
    vf::duration found_kept_min{std::chrono::seconds{1}};
    vf::duration found_kept_max{std::chrono::minutes{5}};
    vf::duration absent_kept{std::chrono::seconds{10}};
    vf::duration failure_kept{std::chrono::seconds{3}};
    std::size_t names_kept_max{4'096};
    // Look-ups under way; one more is refused at once and waits nowhere.
    std::size_t running_max{1'024};
};

}  // namespace vf::http
