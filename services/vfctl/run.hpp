// One call of the console API, from settings to exit code. Main thread.
#pragma once

#include "vfctl/command_line.hpp"

namespace vf::vfctl {

inline constexpr int exit_done = 0;
inline constexpr int exit_refused = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_unreachable = 75;

// Prints the answer to standard output, a refusal to standard error.
[[nodiscard]] int run(const invocation& invocation);

}  // namespace vf::vfctl
