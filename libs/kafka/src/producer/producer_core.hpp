// The working part of the producer: one librdkafka handle, the calls of publish that wait for its
// reports, and the rebuilding of the handle after a fatal error. Shared with the coroutines
// of publish and drain, so that a frame may outlive the producer. Loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "client/client_log.hpp"
#include "client/event_pump.hpp"
#include "client/handles.hpp"
#include "producer/completion.hpp"
#include "producer/partitioner.hpp"
#include "producer/permits.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::kafka {

// One call of publish. librdkafka holds a bare pointer to it per record, so it keeps itself alive
// until the last report has come.
struct publish_call {
    load load;
    std::int64_t reports_due{0};
    rd_kafka_resp_err_t failed{RD_KAFKA_RESP_ERR_NO_ERROR};
    std::chrono::steady_clock::time_point begun;
    completion answered;
    std::shared_ptr<publish_call> self;
};

class producer_core : public std::enable_shared_from_this<producer_core> {
public:
    producer_core(
        boost::asio::io_context& context, const producer_options& options,
        telemetry::registry& metrics
    );

    [[nodiscard]] result<void> open();
    // Purges, serves the reports and destroys the client; blocks for as long as that takes.
    void shut();

    // Hands all records to librdkafka or none of them. `answered` of the call completes when every
    // report is in; null when there was nothing to send.
    [[nodiscard]] result<std::shared_ptr<publish_call>> begin(std::span<const wire::record> records
    );
    [[nodiscard]] result<void> outcome(const publish_call& call) const;

    void refuse_new() { draining_ = true; }

    void purge();

    [[nodiscard]] std::int64_t reports_due() const { return reports_due_; }

    // Notified when the last report due has come.
    [[nodiscard]] runtime::notifier& idle() { return idle_; }

    [[nodiscard]] load in_flight() const { return permits_.taken(); }

    // Why the brokers do not let us in, as far as they have said so since they last did.
    [[nodiscard]] const std::string& refusal() const { return log_.refusal(); }

    void accepted() { log_.accepted(); }

    [[nodiscard]] replication wanted_replication() const { return options_.cluster.replication; }

    [[nodiscard]] client_handle client() const;
    // Makes librdkafka learn and keep the topic before a record needs it.
    rd_kafka_topic_t* topic(const std::string& name);

private:
    struct handle {
        client_handle client;
        queue_handle queue;
        std::map<std::string, topic_handle, std::less<>> topics;
        std::unique_ptr<event_pump> pump;
    };

    struct producer_metrics {
        telemetry::histogram acknowledged;
        telemetry::histogram failed;
        telemetry::gauge in_flight;
        telemetry::counter rebuilds;
    };

    [[nodiscard]] result<void> check(std::span<const wire::record> records, load load);
    [[nodiscard]] rd_kafka_resp_err_t send(const wire::record& one, publish_call& call);
    void finish(publish_call& call);
    void note_failure(publish_call& call, rd_kafka_resp_err_t code);
    void count_error(const std::string& code);

    void on_event(rd_kafka_event_t* event);
    void on_reports(rd_kafka_event_t* event);
    void check_fatal();
    void rebuild_when_idle();
    void rebuild();

    boost::asio::io_context& context_;
    producer_options options_;
    telemetry::registry& metrics_;
    producer_metrics counters_;
    std::map<std::string, telemetry::counter> errors_;
    client_log log_;
    time_partitioner partitioner_;  // before the handle, which refers to it
    permits permits_;
    runtime::notifier idle_;
    boost::asio::steady_timer rebuild_retry_;
    std::unique_ptr<handle> handle_;
    std::int64_t reports_due_{0};
    bool draining_{false};
    bool broken_{false};
};

}  // namespace vf::kafka
