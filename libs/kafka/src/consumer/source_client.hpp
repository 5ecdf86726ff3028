// The settings of a group source as librdkafka has them. Errors: permanent/kafka_configuration.
#pragma once

#include "client/handles.hpp"
#include "consumer/join_monitor.hpp"
#include "vf/kafka/group_source.hpp"

namespace vf::kafka {

// `joins` outlives the client.
[[nodiscard]] result<client_handle> make_source_client(
    const source_options& options, join_monitor& joins
);

}  // namespace vf::kafka
