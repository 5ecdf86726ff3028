// The source over librdkafka: cooperative-sticky, manual commits, position by commit only. It polls
// all the time and pauses partitions when its buffer is full, so slow work never costs the
// membership. On revoke, buffered records of the partition are dropped, and the batch in work has
// `revoke_limit` to be committed before the partition is unassigned.
//
// Leaving by `close` costs the other members no session, whether the member is static or not.
//
// Watchdog: with records to consume and neither a commit nor a `touch` for `stall_limit`, the app's
// fault signal is raised: better a restart than a consumer that looks idle. Loop thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/kafka/source.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::kafka {

struct source_options {
    kafka::cluster cluster;
    std::string client_id;
    std::string group;
    // The same for each life of one replica's member, and no other member's (group.instance.id): a
    // member that comes back after a crash has its partitions at once, not when the session of its
    // former life has ended. Empty: a dynamic member.
    std::string instance_id;
    std::vector<std::string> topics;
    std::size_t batch_records_max{1'000};
    std::size_t batch_bytes_max{8U << 20U};
    std::size_t buffer_bytes_max{24U << 20U};
    vf::duration session_timeout{std::chrono::seconds{10}};
    vf::duration revoke_limit{std::chrono::seconds{5}};
    vf::duration stall_limit{std::chrono::minutes{5}};
};

class group_source final : public source {
public:
    // `fault` is raised on a fatal client error or by the watchdog.
    // Errors: permanent/kafka_configuration.
    [[nodiscard]] static result<std::unique_ptr<group_source>> create(
        runtime::loop& events, const source_options& options, telemetry::registry& metrics,
        runtime::signal& fault
    );
    ~group_source() override;

    [[nodiscard]] runtime::task<result<batch>> next() override;
    [[nodiscard]] runtime::task<result<void>> commit(const batch& done) override;
    void touch() override;
    void stop() override;

    // Has had an assignment, possibly an empty one: a consumer is ready then.
    [[nodiscard]] bool joined() const;

    // Why it has not joined, for operators; empty when nobody knows better. Brokers that do not let
    // us in; or another process that has joined under our instance id, by a mistake in somebody's
    // settings: then this one reads nothing, and joins again when that one is gone.
    [[nodiscard]] std::string trouble() const;

    // Leaves the group; called once after the last commit. False when `limit` passed first.
    [[nodiscard]] runtime::task<bool> close(vf::duration limit);

private:
    struct state;
    explicit group_source(std::unique_ptr<state> created);

    std::unique_ptr<state> state_;
};

}  // namespace vf::kafka
