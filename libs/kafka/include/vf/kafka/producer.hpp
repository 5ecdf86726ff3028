// The sink over librdkafka: idempotent, acks=all, lz4; partitions by murmur2 of the key (Java's),
// or by time where the topic says so. One per process, owned by app; its delivery reports arrive on
// the loop thread through an eventfd, so no code of ours runs on a librdkafka thread. Another loop
// hands its records over by itself (`sink_for`). Values are not copied: librdkafka reads them where
// they are.
//
// A fatal producer error rebuilds the handle: every publish that waits answers
// broker_unavailable first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::kafka {

struct producer_options {
    kafka::cluster cluster;
    std::string client_id;
    vf::duration linger{std::chrono::milliseconds{1}};
    // How long a topic that is partitioned by time keeps to one partition; zero: by key there too.
    vf::duration partition_interval{std::chrono::milliseconds{2}};
    // Below every HTTP deadline, so that a caller gets the error.
    vf::duration delivery_timeout{std::chrono::seconds{8}};
    // What may be in flight at once; `publish` beyond it answers producer_full without waiting.
    std::int64_t records_max{100'000};
    std::int64_t bytes_max{64 << 20};
    // The label "producer" of its metrics, where a process has more than one; empty: none.
    std::string name{};
};

class producer final : public sink {
public:
    // Errors: permanent/kafka_configuration.
    [[nodiscard]] static result<std::unique_ptr<producer>> create(
        runtime::loop& events, const producer_options& options, telemetry::registry& metrics
    );
    ~producer() override;

    [[nodiscard]] runtime::task<result<void>> publish(std::vector<wire::record> records) override;

    // For the coroutines of another loop: sends from there, and answers there, many by one wake-up.
    // Destroyed before the producer, and before its loop but while that does not run.
    [[nodiscard]] std::unique_ptr<sink> sink_for(runtime::loop& loop);

    // Fetches the metadata of every topic once, so that the first publish does not pay for it, and
    // holds the topics against the settings. Errors: transient/broker_unavailable when `limit`
    // passes; permanent/topic_mismatch, permanent/topic_refused at once.
    [[nodiscard]] runtime::task<result<void>> warm_up(vf::duration limit);

    // Refuses new records, waits for those in flight. False when `limit` passed first; what is left
    // has then been purged and its publishers got broker_unavailable.
    [[nodiscard]] runtime::task<bool> drain(vf::duration limit);

    [[nodiscard]] std::int64_t in_flight() const;

    // Why the brokers do not let us in, for operators; empty when they do, or nobody knows better.
    [[nodiscard]] std::string refusal() const;

private:
    struct state;
    explicit producer(std::unique_ptr<state> created);

    std::unique_ptr<state> state_;
};

}  // namespace vf::kafka
