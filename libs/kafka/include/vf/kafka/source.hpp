// Where records come from: a member of a consumer group that hands out batches and commits only
// what has been processed. Loop thread; one caller.
#pragma once

#include <cstdint>
#include <vector>

#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"

namespace vf::kafka {

// Records of one or more partitions, in offset order within each. By `assignment` the source
// knows whether a partition was lost between `next` and `commit`.
struct batch {
    std::vector<wire::record> records;
    std::uint64_t assignment{0};
};

class source {
public:
    virtual ~source() = default;

    // The next batch, as soon as there is one record; an empty batch after `stop`. Never
    // more than one batch is in work. Errors: permanent/consumer_fatal.
    [[nodiscard]] virtual runtime::task<result<batch>> next() = 0;

    // Everything in the batch has had its effect. Partitions lost meanwhile are left out: their new
    // owner repeats them, which changes nothing. What failed is sent again with the next commit and
    // in the background. Errors: transient/commit_failed, permanent/consumer_fatal.
    [[nodiscard]] virtual runtime::task<result<void>> commit(const batch& done) = 0;

    // The batch in hand is being worked on, or waits for something outside: that there is no commit
    // for a while is no sign of a source that is stuck.
    virtual void touch() {}

    // Makes `next` return at once, and from then on empty batches.
    virtual void stop() = 0;
};

}  // namespace vf::kafka
