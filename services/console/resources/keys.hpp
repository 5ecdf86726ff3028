// Routes of API keys.
#pragma once

#include <span>

#include "console/api/desk.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> key_routes();

}  // namespace vf::console
