// Dead letters: their routes, and how one is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const dead_letter_row& row);

[[nodiscard]] std::span<const route> dead_letter_routes();

}  // namespace vf::console
