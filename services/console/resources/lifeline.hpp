// Routes of life lines: everything that became of one event or draft.
#pragma once

#include <span>

#include "console/api/desk.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> lifeline_routes();

}  // namespace vf::console
