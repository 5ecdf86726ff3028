// The status of a user as a statement has it, for the stores that show or check it. Pure data.
#pragma once

#include <string_view>

namespace vf::console {

// Of the row `u` of users. A pause ends with the clock, and nobody need write that it has.
inline constexpr std::string_view user_status_now =
    "CASE WHEN u.status = 'paused' AND u.paused_until <= now()"
    " THEN CASE WHEN u.email IS NULL THEN 'no_email' ELSE 'active' END ELSE u.status END";

}  // namespace vf::console
