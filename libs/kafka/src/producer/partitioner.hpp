// Which partition takes the records of a moment, of a topic that is partitioned by time: each for
// one interval, then the next, so that all get as many. Replicas begin at different ones. Any
// thread.
#pragma once

#include <chrono>
#include <cstdint>

#include <librdkafka/rdkafka.h>

#include "vf/base/clock.hpp"

namespace vf::kafka {

struct time_partitioner {
    vf::duration interval;  // more than zero
    std::uint64_t first{0};

    // Of so many partitions.
    [[nodiscard]] std::int32_t choose(
        std::chrono::steady_clock::time_point now, std::int32_t partitions
    ) const;
};

// Of a topic configuration; `partitioner` outlives the client. A partition without a leader is
// passed over.
void set_partitioner(rd_kafka_topic_conf_t* config, time_partitioner& partitioner);

}  // namespace vf::kafka
