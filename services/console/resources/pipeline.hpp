// Figures of the pipeline: their route, and how a stage is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/pipeline_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

void write(json::writer& out, const stage_row& row);

[[nodiscard]] std::span<const route> pipeline_routes();

}  // namespace vf::console
