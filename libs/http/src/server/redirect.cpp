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
    auto url = url::parse(fmt::format("http://{}/", host));
    if (!url) {
        return std::nullopt;
    }
    url->tls = true;
    url->port = port;
    return fmt::format("https://{}{}", url->authority(), target);
}

}  // namespace vf::http
