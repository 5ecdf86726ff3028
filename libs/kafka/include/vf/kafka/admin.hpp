// Creates the topics that are missing, with the copies that the settings say, and waits until each
// has a leader. Called by `console migrate`, blocking, before any loop runs.
#pragma once

#include <span>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

// A topic that exists with fewer partitions than the table says, fewer replicas or a smaller
// min.insync.replicas than the settings: permanent/topic_mismatch. It is not altered: that moves
// data, and is its owner's to do. Broker away or still loading: retried until `limit`, then
// transient/broker_unavailable. We are not let in (password, certificate):
// permanent/broker_refused. The topics are refused (authorisation, policy):
// permanent/topic_refused.
[[nodiscard]] result<void> create_topics(
    const cluster& cluster, std::span<const wire::topic_description> topics, vf::duration limit
);

}  // namespace vf::kafka
