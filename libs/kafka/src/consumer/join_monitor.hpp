// Whether the member is between asking to join its group and having its share. A commit sent then
// waits behind the join on the broker's side and comes back with an old generation, which costs
// the member everything it owns (librdkafka before 2.10): so none is sent.
//
// librdkafka tells its requests on its own threads; all that happens there is an atomic store.
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

    // Before the client is made.
    void attach(rd_kafka_conf_t* config);

    [[nodiscard]] bool joining(time now) const;

    // Partitions are given back: librdkafka joins again by itself.
    void expect_join(time now);
    void note_sent(int request, time now);
    void note_answered(int request, bool failed, time now);

private:
    // Ticks of `time`; in the past when there is nothing to wait for.
    using moment = std::atomic<std::chrono::steady_clock::rep>;

    static void set(moment& end, time time) { end.store(time.time_since_epoch().count()); }

    moment join_ends_{0};
    // A join may be on its way and not be sent yet.
    moment doubt_ends_{0};
};

}  // namespace vf::kafka
