// What one consumer decides and writes. Implemented by services, driven by `shell` on the loop
// thread, one batch at a time.
#pragma once

#include <vector>

#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"

namespace vf::consumer {

class stage {
public:
    virtual ~stage() = default;

    // Decides the records by pure functions and writes them in one transaction, every effect
    // guarded by a unique key. Answers everything that must be published for these inputs, whether
    // their rows were new or not: a crash may have come between a write and its publish.
    //
    // An error means that nothing was written. transient: the shell tries the same batch again.
    // data: the shell halves the batch until the guilty record stands alone, and refuses it.
    // Anything else ends the process.
    [[nodiscard]] virtual runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) = 0;

    // The record that sets aside an input which can never be settled.
    [[nodiscard]] virtual wire::record refuse(const wire::record& input, const error& why) = 0;
};

}  // namespace vf::consumer
