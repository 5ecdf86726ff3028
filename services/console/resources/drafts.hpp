// Routes of drafts.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> draft_routes();

}  // namespace vf::console
