#include "consumer/partition_lists.hpp"

#include <span>

namespace vf::kafka {

namespace {

std::span<const rd_kafka_topic_partition_t> entries(const rd_kafka_topic_partition_list_t& list) {
    return {list.elems, static_cast<std::size_t>(list.cnt)};
}

}  // namespace

partitions_handle empty_list(std::size_t capacity) {
    return partitions_handle{rd_kafka_topic_partition_list_new(static_cast<int>(capacity))};
}

partitions_handle make_list(const std::vector<partition_id>& ids) {
    auto partitions = empty_list(ids.size());
    for (const partition_id& id : ids) {
        rd_kafka_topic_partition_list_add(partitions.get(), id.topic.c_str(), id.number);
    }
    return partitions;
}

partitions_handle make_list(const record_buffer::positions& offsets) {
    auto partitions = empty_list(offsets.size());
    for (const auto& [id, offset] : offsets) {
        rd_kafka_topic_partition_list_add(partitions.get(), id.topic.c_str(), id.number)->offset =
            offset;
    }
    return partitions;
}

partitions_handle copy_list(const rd_kafka_topic_partition_list_t* list) {
    return partitions_handle{rd_kafka_topic_partition_list_copy(list)};
}

std::vector<partition_id> ids_of(const rd_kafka_topic_partition_list_t& list) {
    std::vector<partition_id> ids;
    ids.reserve(static_cast<std::size_t>(list.cnt));
    for (const rd_kafka_topic_partition_t& entry : entries(list)) {
        ids.push_back({entry.topic, entry.partition});
    }
    return ids;
}

rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t* list) {
    if (list != nullptr) {
        for (const rd_kafka_topic_partition_t& entry : entries(*list)) {
            if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                return entry.err;
            }
        }
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace vf::kafka
