// The end offsets of a topic and the committed offsets of a consumer group, summed over all
// partitions: read from outside the group, for whoever produces to the topic. Loop thread; requests
// block a thread of its own, and the client is created by the first of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

struct group_offsets {
    std::int64_t end{0};
    std::int64_t committed{0};  // a partition without a commit counts 0
};

class offset_reader {
public:
    offset_reader(cluster cluster, std::string client_id);
    ~offset_reader();
    offset_reader(const offset_reader&) = delete;
    offset_reader& operator=(const offset_reader&) = delete;

    // Errors: transient/broker_unavailable after a few seconds, permanent/kafka_configuration.
    [[nodiscard]] runtime::task<result<group_offsets>> read(
        wire::topic_description topic, std::string_view group
    );

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace vf::kafka
