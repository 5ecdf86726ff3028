// The audit: its route, and how an entry is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/audit_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const audit_row& row);

[[nodiscard]] std::span<const route> audit_routes();

}  // namespace vf::console
