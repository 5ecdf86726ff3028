// Every route of the console API in one table, and how a request goes through one: token, role,
// handler, metric. docs/openapi.yaml is held against the table by a test.
#pragma once

#include <string>
#include <vector>

#include "console/api/api_context.hpp"
#include "vf/http/router.hpp"

namespace vf::console {

[[nodiscard]] const std::vector<route>& all_routes();

// "METHOD pattern", one per line, sorted.
[[nodiscard]] std::string routes_text();

// `at` outlives the router.
void add_routes(http::router& router, api_context& context);

}  // namespace vf::console
