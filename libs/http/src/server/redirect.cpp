#include "server/redirect.hpp"

#include <fmt/format.h>

#include "vf/http/egress_policy.hpp"

namespace vf::http {

std::optional<std::string> https_location(
    std::string_view host, std::string_view target, std::uint16_t port
) {
    // What would change where the authority ends is no part of a host.
    if (host.find_first_of("/?#@\\") != std::string_view::npos) {
        return std::nullopt;
    }
    auto at = url::parse(fmt::format("http://{}/", host));
    if (!at) {
        return std::nullopt;
    }
    at->tls = true;
    at->port = port;
    return fmt::format("https://{}{}", at->authority(), target);
}

}  // namespace vf::http
