// Routes of trigger rules.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> rule_routes();

}  // namespace vf::console
