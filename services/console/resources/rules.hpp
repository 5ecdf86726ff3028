// Trigger rules: their routes, and how one is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/rule_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const rule_row& row);

[[nodiscard]] std::span<const route> rule_routes();

}  // namespace vf::console
