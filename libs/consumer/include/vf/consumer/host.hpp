// All consumers of a process: their group members, workers, lag and readiness, started one by one
// and drained together. A service says which messages go to which stage; decoding, retries, the
// breaker, halving, encoding, publishing, committing and metrics are here and in worker.hpp. Owned
// by app, loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/record_stage.hpp"
#include "vf/consumer/worker.hpp"
#include "vf/http/admin_listener.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/metrics.hpp"
#include "vf/wire/topics.hpp"

namespace vf::consumer {

// Owned by app and outliving the host.
struct host_dependencies {
    runtime::loop& loop;
    telemetry::registry& registry;
    const vf::clock& clock;
    vf::random& random;
    runtime::signal& stop;
    runtime::signal& fault;
};

// Of this process, as Kafka knows it.
struct host_identity {
    kafka::cluster cluster;
    std::string client_id;
    std::string replica;  // kafka::read_replica
};

struct consumer_options {
    wire::consumer_description consumer;
    // Members of this process in the group: one waits for the database while another decides.
    std::size_t members{1};
    std::size_t batch_records_max{1'000};
    std::size_t buffer_bytes_max{24U << 20U};
    bool breaker{true};
    // See worker_options.
    std::string_view deferral_topic{};
    // A source that decides when a batch of the group's source is handed on; nothing: at once.
    std::function<std::unique_ptr<kafka::source>(kafka::source&)> pacing{};
};

class host {
public:
    host(const host_dependencies& dependencies, host_identity identity);

    // Joins the group and reads its topic into `next` until `close`; outputs go to `sink`. The
    // stage and the sink outlive the host. Errors: those of kafka::group_source::create.
    template <class Message>
    [[nodiscard]] result<void> start(
        const consumer_options& options, decoder<Message> decode, stage<Message>& next,
        kafka::sink& sink
    ) {
        auto decoding = std::make_unique<decoding_stage<Message>>(std::move(decode), next);
        return start_members(options, std::move(decoding), sink);
    }

    // Two for each consumer: whether all its members have had an assignment, and whether none of
    // them stands still; with what is in the way, and before which record.
    [[nodiscard]] std::vector<http::condition> conditions() const;

    // The age of the oldest record that a consumer of this process has not processed, 0 when there
    // is none; also told every second as vf_consumer_lag_seconds, so that it grows while a batch is
    // stuck.
    [[nodiscard]] vf::duration lag_of(std::string_view group) const;

    // Stop is raised: finishes the batches that are out and leaves the groups. False when the time
    // was over first.
    [[nodiscard]] runtime::task<bool> close(vf::duration limit);

private:
    struct member {
        std::unique_ptr<kafka::group_source> source;
        std::unique_ptr<kafka::source> pacing;  // null: the batches are handed on at once
        std::unique_ptr<worker> work;
    };

    struct running_consumer {
        std::string_view group;
        std::unique_ptr<record_stage> stage;
        std::vector<member> members;
    };

    [[nodiscard]] result<void> start_members(
        const consumer_options& options, std::unique_ptr<record_stage> decoding, kafka::sink& sink
    );
    [[nodiscard]] result<member> join(
        const consumer_options& options, std::size_t number, record_stage& decoding,
        kafka::sink& sink
    );
    [[nodiscard]] runtime::task<> report_lag();

    host_dependencies deps_;
    host_identity identity_;
    std::vector<running_consumer> consumers_;
    runtime::task_group tasks_;
};

}  // namespace vf::consumer
