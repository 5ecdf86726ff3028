// Endpoints: their routes, how one is shown, and the check of a new one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "console/api/api_context.hpp"
#include "console/store/endpoint_store.hpp"
#include "vf/json/writer.hpp"

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

// A secret is shown here and never again.
struct created_endpoint {
    std::string id;
    std::string secret;
};

void write(json::writer& out, const endpoint_row& row);
void write(json::writer& out, const created_endpoint& created);

[[nodiscard]] std::span<const route> endpoint_routes();

}  // namespace vf::console
