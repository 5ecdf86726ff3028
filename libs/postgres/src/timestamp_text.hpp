// Instants as Postgres writes and reads timestamptz with DateStyle ISO: any year, BC, ±infinity.
// Pure. base/time_text.hpp is for text from outside and is narrower.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"

namespace vf::postgres {

// "2026-11-20 23:18:50.123456+00"; the smallest instant is -infinity, the largest infinity.
[[nodiscard]] std::string to_timestamp_text(instant timestamp);

// Nothing when `text` is not what Postgres writes. What lies past the largest instant is the
// largest instant.
[[nodiscard]] std::optional<instant> from_timestamp_text(std::string_view text);

}  // namespace vf::postgres
