// Routes of events.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> event_routes();

}  // namespace vf::console
