// The drafts of users who may not be written to any more. Inside the transaction that has their due
// marks, on a pool thread.
#pragma once

#include <cstddef>
#include <vector>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "vf/postgres/transaction.hpp"

namespace vf::trigger_evaluator {

// How many it cancelled.
std::size_t cancel_drafts(postgres::transaction& tx, const std::vector<user_input>& users);

}  // namespace vf::trigger_evaluator
