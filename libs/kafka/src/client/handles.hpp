// Owners of librdkafka's objects, so that each is destroyed exactly once. Members of one struct
// are declared client first: queues, topics and events must be gone before their client is.
#pragma once

#include <memory>

#include <librdkafka/rdkafka.h>

namespace vf::kafka {

template <auto Destroy>
struct destroyed_by {
    template <class T>
    void operator()(T* object) const {
        Destroy(object);
    }
};

template <class T, auto Destroy>
using owned = std::unique_ptr<T, destroyed_by<Destroy>>;

using config_handle = owned<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using queue_handle = owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using topic_handle = owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using event_handle = owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using error_handle = owned<rd_kafka_error_t, rd_kafka_error_destroy>;
using headers_handle = owned<rd_kafka_headers_t, rd_kafka_headers_destroy>;
using partitions_handle =
    owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

// Shared because a blocking call on a pool thread may still hold it. Never leaves a group by
// itself: that is what group_source::close is for, and here it would block.
using client_handle = std::shared_ptr<rd_kafka_t>;

}  // namespace vf::kafka
