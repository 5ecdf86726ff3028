#include "consumer/source_client.hpp"

#include <algorithm>

#include "client/client_config.hpp"

namespace vf::kafka {

result<client_handle> make_source_client(const source_options& options, join_monitor& joins) {
    client_config config{options.cluster, options.client_id};
    // Members learn of a rebalance by their heartbeat; the whole group waits for the last one.
    const vf::duration heartbeat =
        std::min<vf::duration>(options.session_timeout / 4, std::chrono::milliseconds{500});
    config.set({
        {"group.id", options.group},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"session.timeout.ms", to_milliseconds(options.session_timeout)},
        {"heartbeat.interval.ms", to_milliseconds(heartbeat)},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "earliest"},
        {"allow.auto.create.topics", "false"},
        {"coordinator.query.interval.ms", "10000"},
        {"socket.timeout.ms", "15000"},
        // A record is fetched as soon as it is there; an empty wait is short, because a partition
        // that was resumed or gained joins only the next fetch.
        {"fetch.min.bytes", "1"},
        {"fetch.wait.max.ms", "50"},
        {"fetch.error.backoff.ms", "50"},
        {"fetch.queue.backoff.ms", "20"},
        {"fetch.max.bytes", "16777216"},
        // Small: what librdkafka holds is thrown away and fetched again after a pause.
        {"queued.min.messages", "10000"},
        {"queued.max.messages.kbytes", "4096"},
        {"log.queue", "true"},
    });
    // The broker gives a member that comes back its partitions at once, without a rebalance.
    if (!options.instance_id.empty()) {
        config.set({{"group.instance.id", options.instance_id}});
    }
    config.events(
        RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT |
        RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG
    );
    joins.attach(config.get());
    return config.make(RD_KAFKA_CONSUMER);
}

}  // namespace vf::kafka
