#include "producer/partitioner.hpp"

namespace vf::kafka {

namespace {

std::int32_t choose_available(
    const rd_kafka_topic_t* topic, const void* /*key*/, std::size_t /*key_size*/,
    std::int32_t partitions, void* topic_opaque, void* /*opaque*/
) {
    const auto& partitioner = *static_cast<const time_partitioner*>(topic_opaque);
    const auto first = partitioner.choose(std::chrono::steady_clock::now(), partitions);
    for (std::int32_t passed = 0; passed < partitions; ++passed) {
        const auto candidate = (first + passed) % partitions;
        if (rd_kafka_topic_partition_available(topic, candidate) != 0) {
            return candidate;
        }
    }
    return first;
}

}  // namespace

std::int32_t time_partitioner::choose(
    std::chrono::steady_clock::time_point now, std::int32_t partitions
) const {
    const auto intervals = static_cast<std::uint64_t>(now.time_since_epoch() / interval);
    return static_cast<std::int32_t>((first + intervals) % static_cast<std::uint64_t>(partitions));
}

void set_partitioner(rd_kafka_topic_conf_t* config, time_partitioner& partitioner) {
    rd_kafka_topic_conf_set_opaque(config, &partitioner);
    rd_kafka_topic_conf_set_partitioner_cb(config, choose_available);
}

}  // namespace vf::kafka
