// The statements of one slice of a tick, in the order they run. What each looks at is bounded for
// each user, however many events one has. Pool thread, inside a transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trigger-evaluator/store.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::trigger_evaluator {

// The first users that are due, but for `apart`.
[[nodiscard]] slice evaluate_slice(
    postgres::transaction& tx, std::size_t most, const std::vector<std::int64_t>& apart
);

// That user, due or not; no users when somebody else holds the user, or attaches events.
[[nodiscard]] slice evaluate_user(postgres::transaction& tx, std::int64_t user);

}  // namespace vf::trigger_evaluator
