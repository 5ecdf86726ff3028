// Which known setting a misspelt one was meant to be. Belongs to this library; pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace vf::config {

// The candidate within three edits and the fewest; nothing when all are further away.
[[nodiscard]] std::optional<std::string_view> closest_name(
    std::string_view misspelt, std::span<const std::string_view> candidates
);

}  // namespace vf::config
