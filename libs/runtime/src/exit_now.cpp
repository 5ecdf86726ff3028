#include "exit_now.hpp"

#include <cstdio>
#include <cstdlib>

namespace vf::runtime {

void exit_now(int code) {
    std::fflush(nullptr);
    std::_Exit(code);
}

}  // namespace vf::runtime
