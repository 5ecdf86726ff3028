// Routes of users.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> user_routes();

}  // namespace vf::console
