// The due marks of users, and the lock that whoever writes of a user holds.
#pragma once

#include <string_view>

namespace vf::normaliser::sql {

// The lock is taken even where the mark stands already: the evaluator may be about to set it
// forward without having seen what is written here. Whose events are being attached becomes due
// when all of them are: read from the locked row, because one that was waited for may have changed.
inline constexpr std::string_view lock_due =
    "WITH locked AS ("
    "   SELECT user_id, next_eval_at, attaching_since FROM user_due"
    "   WHERE user_id = ANY ($1::bigint[]) ORDER BY user_id FOR NO KEY UPDATE)"
    " UPDATE user_due d SET next_eval_at = '-infinity'"
    " FROM locked l WHERE d.user_id = l.user_id AND l.next_eval_at > '-infinity'"
    "   AND l.attaching_since IS NULL";

}  // namespace vf::normaliser::sql
