// Events: their route, and how one is shown.
#pragma once

#include <span>
#include <string>

#include "console/api/api_context.hpp"
#include "console/store/activity_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const event_row& row);

// "evt_…" of the row's record.
[[nodiscard]] std::string shown_id(const event_row& row);

[[nodiscard]] std::span<const route> event_routes();

}  // namespace vf::console
