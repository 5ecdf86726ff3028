// Instants and durations as text. Pure; any thread.
//
// `parse_instant` is the one reader of times from outside. It takes ISO 8601 with date, time and
// zone (Z, ±hh, ±hhmm or ±hh:mm), T and Z in either case or a space for T, seconds or none, 0 to 9
// fractional digits (Postmark sends seven; what is finer than a microsecond is cut), years 1900 to
// 9999, a leap second read as the second after. Errors: data/invalid_timestamp.
// `parse_instant_or_date` takes a date alone too, as its first moment in UTC: for what people fix
// to a day.
// `parse_duration` takes "250ms", "30s", "2m", "6h", "30d", "0s" and, for what is finer, "5us".
// Errors: data/invalid_duration.
#pragma once

#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"

namespace vf {

[[nodiscard]] result<instant> parse_instant(std::string_view text);
[[nodiscard]] result<instant> parse_instant_or_date(std::string_view text);
// "2026-11-20T23:18:50.123456Z": always six fractional digits, so text order is time order. For
// what we read again ourselves.
[[nodiscard]] std::string format_instant(instant timestamp);
// "2026-11-20T23:18:50.123Z": how every answer and webhook says it; what is finer is cut.
[[nodiscard]] std::string format_milliseconds(instant timestamp);
[[nodiscard]] result<duration> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(duration span);

}  // namespace vf
