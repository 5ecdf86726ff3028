// Drafts: their route, and how one is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/activity_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const draft_row& row);

[[nodiscard]] std::span<const route> draft_routes();

}  // namespace vf::console
