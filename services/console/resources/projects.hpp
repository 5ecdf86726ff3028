// Projects and their Postmark credentials: their routes, and how a project is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/project_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const project_row& row);

[[nodiscard]] std::span<const route> project_routes();

}  // namespace vf::console
