// Routes of API keys.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> key_routes();

}  // namespace vf::console
