// Routes of dead letters.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> dead_letter_routes();

}  // namespace vf::console
