// What keeping only so many days would remove from a project, told before it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "console/api/api_context.hpp"
#include "vf/json/writer.hpp"

namespace vf::console {

struct retention_plan {
    std::int64_t days{0};
    instant before{};         // what was received earlier would go
    std::int64_t events{0};   // attached to a user
    std::int64_t waiting{0};  // for theirs
    std::optional<instant> oldest{};
};

void write(json::writer& out, const retention_plan& it);

// Without `days`, of the project's own limit. Nothing when there is no such project; without a
// limit nothing would go. Pool thread, inside a transaction.
[[nodiscard]] std::optional<retention_plan> plan_retention(
    postgres::transaction& tx, const std::string& project, std::optional<std::int64_t> days,
    instant now
);

[[nodiscard]] std::span<const route> retention_routes();

}  // namespace vf::console
