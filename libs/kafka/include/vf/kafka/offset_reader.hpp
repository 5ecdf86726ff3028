// Where a topic ends and how far a consumer group has come, as sums of offsets over all partitions:
// asked from outside the group, for whoever puts records there. Loop thread; the broker is asked on
// a thread of its own, by a client that is made at the first question.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

struct group_offsets {
    std::int64_t end{0};
    std::int64_t committed{0};  // committed; 0 where nothing is
};

class offset_reader {
public:
    offset_reader(std::string brokers, std::string client_id);
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
