#include "vf/consumer/breaker.hpp"

#include <string>

namespace vf::consumer {

bool breaker::trips(std::size_t impossible, std::size_t batch) const {
    constexpr std::size_t tolerated = 20;
    return armed_ && impossible > tolerated && impossible > batch / 2;
}

error breaker::why(std::size_t impossible, std::size_t batch) {
    return {
        failure::permanent, "too_many_set_aside",
        std::to_string(impossible) + " of " + std::to_string(batch) + " records"
    };
}

}  // namespace vf::consumer
