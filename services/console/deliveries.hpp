// Routes of webhook deliveries.
#pragma once

#include <span>

#include "desk.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> delivery_routes();

}  // namespace vf::console
