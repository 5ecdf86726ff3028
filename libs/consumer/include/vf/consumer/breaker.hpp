// Stops a consumer that would set aside most of what it takes: that many impossible records are our
// bug, not theirs, and a version that is mended settles them where they lie. Counted are causes
// that no content of a customer's can have: records that are none of ours, or of no project. What a
// body says, what the database refuses and what our code fails on never is, or one customer could
// stop everybody. Pure.
#pragma once

#include <cstddef>

#include "vf/base/error.hpp"

namespace vf::consumer {

class breaker {
public:
    breaker() = default;

    explicit breaker(bool armed) : armed_{armed} {}

    // More than twenty, and more than half of the batch.
    [[nodiscard]] bool trips(std::size_t impossible, std::size_t batch) const;

    // permanent/too_many_set_aside: the worker stands still, nothing is committed.
    [[nodiscard]] static error why(std::size_t impossible, std::size_t batch);

private:
    bool armed_{true};
};

}  // namespace vf::consumer
