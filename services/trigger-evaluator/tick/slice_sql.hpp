// The statements of one slice of a tick, in the order they run. Pool thread, inside a transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trigger-evaluator/store.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::trigger_evaluator {

[[nodiscard]] slice evaluate_slice(
    postgres::transaction& tx, std::size_t most, std::vector<std::int64_t>& locked_users
);

}  // namespace vf::trigger_evaluator
