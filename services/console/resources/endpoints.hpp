// Routes of endpoints, and the check of what a customer wants one to be.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "console/api/api_context.hpp"

namespace vf::console {

struct new_endpoint {
    std::string url;
    std::vector<std::string> event_types;
    std::string signature;
    std::optional<std::string> reason;
};

// Refusals: 400, 422 on url, event_types, event_types[i], signature. Pure.
[[nodiscard]] api_result<new_endpoint> parse_endpoint(
    std::string text, const http::egress_policy& egress
);

[[nodiscard]] std::span<const route> endpoint_routes();

}  // namespace vf::console
