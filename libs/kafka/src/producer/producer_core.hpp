// The working part of the producer: a client of librdkafka, the calls of publish that wait for its
// reports, and another client after a fatal error. Shared with the coroutines of publish and drain,
// so that a frame may outlive the producer. The producer's loop, but for what says any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "client/client_log.hpp"
#include "client/event_pump.hpp"
#include "client/handles.hpp"
#include "producer/partitioner.hpp"
#include "producer/permits.hpp"
#include "producer/producer_client.hpp"
#include "producer/publish_call.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/runtime/signal.hpp"

namespace vf::kafka {

class producer_core : public std::enable_shared_from_this<producer_core> {
public:
    producer_core(
        boost::asio::io_context& context, const producer_options& options,
        telemetry::registry& metrics
    );

    [[nodiscard]] result<void> open();
    // Purges, serves the reports and destroys the client; blocks for as long as that takes. No
    // other loop publishes any more.
    void shut();

    // Hands all records to librdkafka or none of them. `answered` of the call completes on the loop
    // of `answers` when every report is in; null when there was nothing to send. Any thread.
    [[nodiscard]] result<std::shared_ptr<publish_call>> begin(
        std::vector<wire::record> records, std::shared_ptr<answer_queue> answers
    );

    // Of the producer's loop.
    [[nodiscard]] result<std::shared_ptr<publish_call>> begin(std::vector<wire::record> records) {
        return begin(std::move(records), own_answers_);
    }

    // Any thread.
    [[nodiscard]] static result<void> outcome(const publish_call& call);

    void refuse_new() { draining_ = true; }

    void purge();

    [[nodiscard]] std::int64_t reports_due() const { return reports_due_; }

    // Notified when the last report due has come.
    [[nodiscard]] runtime::notifier& idle() { return idle_; }

    [[nodiscard]] load in_flight() const { return permits_.taken(); }

    [[nodiscard]] const std::shared_ptr<answer_queue>& own_answers() const { return own_answers_; }

    // Why the brokers do not let us in, as far as they have said so since they last did.
    [[nodiscard]] const std::string& refusal() const { return log_.refusal(); }

    void accepted() { log_.accepted(); }

    [[nodiscard]] replication wanted_replication() const { return options_.cluster.replication; }

    [[nodiscard]] client_handle client() const;
    // Makes librdkafka learn and keep the topic before a record needs it.
    void learn_topic(const std::string& name);

private:
    struct producer_metrics {
        telemetry::histogram acknowledged;
        telemetry::histogram failed;
        telemetry::gauge in_flight;
        telemetry::counter rebuilds;
    };

    [[nodiscard]] result<void> check(std::span<const wire::record> records, load load);
    void send(const std::shared_ptr<publish_call>& call);
    [[nodiscard]] std::int64_t hand_over(publish_call& call);
    void settle(const publish_call& call);
    void note_failure(publish_call& call, rd_kafka_resp_err_t code);
    void count_error(const std::string& code);

    void on_event(rd_kafka_event_t* event);
    void on_reports(rd_kafka_event_t* event);
    void answer_finished();
    void check_fatal();
    void rebuild_when_idle();
    void rebuild();

    boost::asio::io_context& context_;
    producer_options options_;
    telemetry::registry& metrics_;
    producer_metrics counters_;
    std::mutex errors_mutex_;
    std::map<std::string, telemetry::counter> errors_;
    client_log log_;
    permits permits_;
    runtime::notifier idle_;
    boost::asio::steady_timer rebuild_retry_;
    std::shared_ptr<answer_queue> own_answers_;
    time_partitioner partitioner_;    // before the client, which refers to it
    std::shared_mutex client_mutex_;  // whoever sends shares it with others
    std::unique_ptr<producer_client> client_;
    std::unique_ptr<event_pump> pump_;
    // Of one burst of reports.
    answer_queue::calls finished_;
    std::atomic<std::int64_t> reports_due_{0};
    std::atomic<bool> draining_{false};
    std::atomic<bool> broken_{false};
};

}  // namespace vf::kafka
