// Webhook deliveries: their routes, and how one is shown.
#pragma once

#include <span>
#include <vector>

#include "console/api/api_context.hpp"
#include "console/store/delivery_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

struct delivery_detail {
    delivery_row delivery;
    std::vector<attempt_row> attempts;
};

void write(json::writer& out, const delivery_row& row);
void write(json::writer& out, const delivery_detail& detail);

[[nodiscard]] std::span<const route> delivery_routes();

}  // namespace vf::console
