// The signature of a webhook: lower-case hex HMAC-SHA256 over `t + "." + body`, keyed with the
// bytes of the whole secret as it was shown. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/domain/endpoint.hpp"

namespace vf::webhook_dispatcher {

struct signing_keys {
    std::string current;
    // While a secret is being rotated, its predecessor signs too.
    std::optional<std::string> previous;
};

// "t=<unix seconds>,v1=<hex>[,v1=<hex>]"; of form `body`, v1 covers the body alone.
[[nodiscard]] std::string sign(
    domain::signature_form form, std::string_view body, instant timestamp, const signing_keys& keys
);

}  // namespace vf::webhook_dispatcher
