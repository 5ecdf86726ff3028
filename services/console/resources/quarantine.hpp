// Routes of the quarantine and of replays from it.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> quarantine_routes();

}  // namespace vf::console
