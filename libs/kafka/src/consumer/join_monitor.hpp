// Whether the member is between JoinGroup and its assignment. A commit sent then waits behind the
// join at the broker and is answered with an old generation, which costs the member everything it
// owns (librdkafka before 2.10): so none is sent.
//
// librdkafka calls its interceptors on its own threads; all that happens there is an atomic store.
// Everything else is for any thread. Outlives the client.
#pragma once

#include <atomic>
#include <chrono>

#include "client/handles.hpp"

namespace vf::kafka {

class join_monitor {
public:
    using time = std::chrono::steady_clock::time_point;

    join_monitor() = default;
    join_monitor(const join_monitor&) = delete;
    join_monitor& operator=(const join_monitor&) = delete;

    // Before the client is created.
    void attach(rd_kafka_conf_t* config);

    [[nodiscard]] bool joining(time now) const;

    // Partitions were unassigned: librdkafka joins again by itself.
    void expect_join(time now);
    // There is another client now.
    void reset();
    void note_sent(int request, time now);
    void note_answered(int request, bool failed, time now);

private:
    // Ticks of `time`; in the past when there is nothing to wait for.
    using deadline = std::atomic<std::chrono::steady_clock::rep>;

    static void set(deadline& deadline, time time) {
        deadline.store(time.time_since_epoch().count());
    }

    deadline join_ends_{0};
    // A JoinGroup may be due and not be sent yet.
    deadline expected_join_ends_{0};
};

}  // namespace vf::kafka
