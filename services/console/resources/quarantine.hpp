// The quarantine: its routes, replays among them, and how an item or a group is shown.
#pragma once

#include <span>

#include "console/api/api_context.hpp"
#include "console/store/set_aside_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

// An item with everything there is to know of it.
struct quarantine_detail {
    quarantine_row item;
};

void write(json::writer& out, const quarantine_row& row);
void write(json::writer& out, const quarantine_detail& detail);
void write(json::writer& out, const quarantine_group& group);

[[nodiscard]] std::span<const route> quarantine_routes();

}  // namespace vf::console
