// What is read and written of user_facts.
#pragma once

#include <string_view>

namespace vf::normaliser::sql {

inline constexpr std::string_view select_facts =
    "SELECT user_id, facts FROM user_facts WHERE user_id = ANY ($1::bigint[])";

}  // namespace vf::normaliser::sql
