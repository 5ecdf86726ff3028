// API keys: their routes, and how one is shown.
#pragma once

#include <span>
#include <string>

#include "console/api/api_context.hpp"
#include "console/store/project_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

// A secret is shown here and never again.
struct created_key {
    std::string id;
    std::string secret;
    std::string last4;
};

// A second key beside the one it is to replace.
struct rotated_key {
    created_key key;
    std::string replaces;
};

void write(json::writer& out, const key_row& row);
void write(json::writer& out, const created_key& created);
void write(json::writer& out, const rotated_key& rotated);

[[nodiscard]] std::span<const route> key_routes();

}  // namespace vf::console
