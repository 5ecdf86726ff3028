// The topics of the table held against those that exist: partitions, copies, and how many copies
// must hold a record before it counts as taken. Blocking; the admin before any loop runs, the
// producer on a pool thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "client/handles.hpp"
#include "vf/base/error.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

struct topic_state {
    std::vector<wire::topic_description> missing;
    // There, but without a leader of each partition: a name, or empty.
    std::string leaderless;
};

// Errors: permanent/topic_mismatch (fewer partitions or copies than must be),
// permanent/topic_refused (the broker does not let us look), transient/broker_unavailable.
[[nodiscard]] result<topic_state> read_topics(
    rd_kafka_t* client, std::span<const wire::topic_description> topics,
    const replication& replication, int timeout_ms
);

// Of topics that exist. Errors: as above. One copy is enough always: then nothing is asked.
[[nodiscard]] result<void> check_min_insync(
    rd_kafka_t* client, std::span<const wire::topic_description> topics,
    const replication& replication, int timeout_ms
);

}  // namespace vf::kafka
