// Every statement of a batch, or of a slice, looks up keys. Index probes are right at any size of
// table; planned for a small table, or once for each call, they would be scans or cost more than
// they save, and a bitmap is of all rows where a slice needs the first of them. Executed first in a
// transaction, until its end.
#pragma once

#include <string_view>

namespace vf::normaliser {

inline constexpr std::string_view plan_for_probes =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

}  // namespace vf::normaliser
