// The header Retry-After of HTTP: seconds, or a date. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "vf/base/clock.hpp"

namespace vf::webhook_dispatcher {

// No endpoint can put us off for longer.
inline constexpr duration retry_after_cap = std::chrono::hours{1};

// The instant asked for, at most `retry_after_cap` ahead; nothing when it cannot be read or lies
// in the past.
[[nodiscard]] std::optional<instant> read_retry_after(std::string_view value, instant now);

}  // namespace vf::webhook_dispatcher
