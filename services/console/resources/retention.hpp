// What keeping only so many days would remove from a project: the route, and how it is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/retention_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const retention_plan& plan);

[[nodiscard]] std::span<const route> retention_routes();

}  // namespace vf::console
