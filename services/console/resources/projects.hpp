// Routes of projects and of their Postmark credentials.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> project_routes();

}  // namespace vf::console
