// Creates the topics that are missing and waits until each has a leader. Called by
// `console migrate`, blocking, before any loop runs.
#pragma once

#include <span>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

// An existing topic with fewer partitions than the table says is permanent/topic_mismatch: changing
// it would break the order per key. Broker away or still loading: retried until `limit`, then
// transient/broker_unavailable. Refused by the broker (authorisation, policy):
// permanent/topic_refused.
[[nodiscard]] result<void> create_topics(
    const std::string& brokers, std::span<const wire::topic_description> topics, vf::duration limit
);

}  // namespace vf::kafka
