// Routes of webhook deliveries.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> delivery_routes();

}  // namespace vf::console
