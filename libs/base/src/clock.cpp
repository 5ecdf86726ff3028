#include "vf/base/clock.hpp"

namespace vf {

instant system_clock::now() const {
    return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

}  // namespace vf
