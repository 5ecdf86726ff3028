// What canonical events say about where a user stands, column by column like any other write, so
// that the latest by time decides in whatever order they arrived. Which event says what of which
// column is in user_columns.cpp. Core.
#pragma once

#include <span>
#include <string_view>

#include "normaliser/users/user_writes.hpp"

namespace vf::normaliser {

// The events that say something; sorted.
[[nodiscard]] std::span<const std::string_view> lifecycle_events();

struct announced_event {
    std::string_view name;
    std::string_view properties;  // a JSON object
    instant occurred_at{};        // as the customer says, however far ahead
    write_version version;
};

// Nothing for an event that says nothing of it.
void add_writes(user_writes& writes, const announced_event& event);

}  // namespace vf::normaliser
