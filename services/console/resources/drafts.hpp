// Drafts: their routes that read, and how one is shown.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "console/api/api_context.hpp"
#include "console/store/draft_store.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

// A draft, and what was done with it.
struct draft_detail {
    draft_row draft;
    std::vector<draft_action_row> actions;
};

void write(json::writer& out, const draft_row& row);
void write(json::writer& out, const draft_action_row& row);
void write(json::writer& out, const draft_detail& detail);

// Pool thread, inside a transaction.
[[nodiscard]] std::optional<draft_detail> find_detail(
    postgres::transaction& tx, const std::string& project, const std::string& id
);

[[nodiscard]] std::span<const route> draft_routes();

}  // namespace vf::console
