// VF_ASSERT: an impossible state ends the process, in release builds too. Never reachable by input.
#pragma once

namespace vf {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace vf

#define VF_ASSERT(expression)                \
    (static_cast<bool>(expression) ? void(0) \
                                   : ::vf::assertion_failed(#expression, __FILE__, __LINE__))
