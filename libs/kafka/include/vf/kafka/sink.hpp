// Where records go. `publish` completes when the broker has acknowledged every record given. In
// order per partition. Loop thread.
#pragma once

#include <vector>

#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"

namespace vf::kafka {

class sink {
public:
    virtual ~sink() = default;

    // Errors: transient/broker_unavailable (some records may have been persisted: publish the same
    // again), transient/producer_full (none were taken), data/record_too_large (none were taken,
    // unless the topic takes less than the table says), stopped/draining. Waits for every report
    // before it answers, so no opaque outlives the call.
    [[nodiscard]] virtual runtime::task<result<void>> publish(std::vector<wire::record> records
    ) = 0;
};

}  // namespace vf::kafka
