// Routes of the audit.
#pragma once

#include <span>

#include "console/api/api_context.hpp"

namespace vf::console {

[[nodiscard]] std::span<const route> audit_routes();

}  // namespace vf::console
