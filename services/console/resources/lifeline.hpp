// Life lines: everything that became of one event or draft.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> lifeline_routes();

}  // namespace vf::console
