#include "vf/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace vf {

void assertion_failed(const char* expression, const char* file, int line) {
    // stdio and not the logger: nothing of ours can be trusted any more.
    std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
    std::abort();
}

}  // namespace vf
