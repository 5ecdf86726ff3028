// Partition lists of librdkafka from and to our own ids and offsets. Any thread.
#pragma once

#include <vector>

#include "client/handles.hpp"
#include "consumer/record_buffer.hpp"

namespace vf::kafka {

[[nodiscard]] partitions_handle empty_list(std::size_t capacity);
[[nodiscard]] partitions_handle make_list(const std::vector<partition_id>& ids);
[[nodiscard]] partitions_handle make_list(const record_buffer::positions& offsets);
[[nodiscard]] partitions_handle copy_list(const rd_kafka_topic_partition_list_t* list);
[[nodiscard]] std::vector<partition_id> ids_of(const rd_kafka_topic_partition_list_t& list);
// NO_ERROR when no partition has one.
[[nodiscard]] rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t* list);

}  // namespace vf::kafka
