// Every route of the console API: the tables of its resources in one, and how a request goes
// through a route: token, role, handler, metric. A test holds docs/openapi.yaml against the table.
// Loop thread.
#pragma once

#include <string>
#include <vector>

#include "console/api/api_context.hpp"
#include "vf/http/router.hpp"

namespace vf::console {

[[nodiscard]] const std::vector<route>& all_routes();

// "METHOD pattern", one per line, sorted.
[[nodiscard]] std::string routes_text();

// `context` outlives the router.
void add_routes(http::router& router, api_context& context);

}  // namespace vf::console
