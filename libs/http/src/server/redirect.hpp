// Where a request that came in the clear should have gone. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vf::http {

// `host` as the Host header has it, its port not counting; `target` is a path with its query,
// already found to hold no control character. Nothing when the host is neither a plain name nor an
// address.
[[nodiscard]] std::optional<std::string> https_location(
    std::string_view host, std::string_view target, std::uint16_t port
);

}  // namespace vf::http
