// What a fire was decided from, kept with it. Pure; any thread.
#pragma once

#include <string>

#include "trigger-evaluator/evaluate/evaluate.hpp"
#include "vf/base/clock.hpp"

namespace vf::trigger_evaluator {

// JSON of `fires.explain`.
[[nodiscard]] std::string explain(const fire& fire, instant evaluated_at);

}  // namespace vf::trigger_evaluator
