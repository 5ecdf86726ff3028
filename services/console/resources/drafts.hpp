// Routes of drafts.
#pragma once

#include <span>

#include "console/api/desk.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> draft_routes();

}  // namespace vf::console
