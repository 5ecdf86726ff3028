// Whether some member of a group has a given group.instance.id, asked of the group's coordinator.
// For a member that another process has taken the place of: it must not take it back, and has to
// notice when it is free again. Loop thread; the client outlives it.
#pragma once

#include <optional>
#include <string>

#include "client/handles.hpp"

namespace vf::kafka {

class instance_watch {
public:
    instance_watch(rd_kafka_t* client, std::string group, std::string instance);
    // Waits for an answer that is due: librdkafka must not lose its client before it (2.8 aborts).
    ~instance_watch();
    instance_watch(const instance_watch&) = delete;
    instance_watch& operator=(const instance_watch&) = delete;

    // Sends a question, unless one is under way. Does not block.
    void ask();
    // The answer to the last question, once; nothing while there is none, or when it was an error.
    [[nodiscard]] std::optional<bool> taken();

private:
    rd_kafka_t* client_;
    std::string group_;
    std::string instance_;
    bool asking_{false};
    queue_handle answers_;
};

}  // namespace vf::kafka
