// The way out that runs no destructors: for a process whose state is not to be trusted any more.
#pragma once

namespace vf::runtime {

[[noreturn]] void exit_now(int code);

}  // namespace vf::runtime
