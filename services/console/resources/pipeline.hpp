// Routes of the figures of the pipeline.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> pipeline_routes();

}  // namespace vf::console
