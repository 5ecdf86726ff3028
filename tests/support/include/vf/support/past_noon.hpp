// The times of tests on a real database. Its partitions are made for the days around now and its
// statements compare with now(), so a date that somebody wrote down is right for a week. Any
// thread.
#pragma once

#include <chrono>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/time_text.hpp"

namespace vf::support {

// Noon of yesterday, UTC: always past, and of a day that the migrations have made partitions for.
[[nodiscard]] inline instant noon_yesterday() {
    return std::chrono::floor<std::chrono::days>(system_clock{}.now()) - std::chrono::hours{12};
}

// As a literal of SQL.
[[nodiscard]] inline std::string sql_literal(instant time) {
    return "'" + format_instant(time) + "'";
}

}  // namespace vf::support
