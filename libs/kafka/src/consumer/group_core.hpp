// The working part of the group source: one librdkafka consumer whose queue (records, rebalances,
// commit results, errors, logs) is served on the loop. It decides nothing about records: that is
// `record_buffer`. Shared with the coroutines of next, commit and close, so that a frame may
// outlive the source. Loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "client/client_log.hpp"
#include "client/event_pump.hpp"
#include "client/handles.hpp"
#include "consumer/instance_watch.hpp"
#include "consumer/join_monitor.hpp"
#include "consumer/record_buffer.hpp"
#include "consumer/source_metrics.hpp"
#include "consumer/watchdog.hpp"
#include "vf/kafka/group_source.hpp"

namespace vf::kafka {

class group_core : public std::enable_shared_from_this<group_core> {
public:
    group_core(
        boost::asio::io_context& context, const source_options& options,
        telemetry::registry& metrics, runtime::signal& fault
    );

    // Connects and joins the group in the background.
    [[nodiscard]] result<void> open();
    // Destroys the client without leaving the group.
    void shut();
    void stop();
    // Why it has not joined, as far as is known.
    [[nodiscard]] std::string trouble() const;

    void touch() { watchdog_.touch(std::chrono::steady_clock::now()); }

    [[nodiscard]] bool stopped() const { return stopped_; }

    [[nodiscard]] bool joined() const { return joined_ && !fenced_; }

    [[nodiscard]] const std::optional<error>& fatal() const { return fatal_; }

    [[nodiscard]] rd_kafka_t* client() const { return client_.get(); }

    [[nodiscard]] bool has_records() const { return !buffer_.empty(); }

    [[nodiscard]] batch take();
    void abandon();

    // Notified when `next` should look again.
    [[nodiscard]] runtime::notifier& changed() { return changed_; }

    void done(const batch& finished);
    // Commits what is to be committed; false when nothing is, a commit is under way, or the member
    // joins.
    bool send_commit();

    [[nodiscard]] bool commit_under_way() const { return !committing_.empty(); }

    [[nodiscard]] bool joining() const { return joins_.joining(std::chrono::steady_clock::now()); }

    [[nodiscard]] bool has_uncommitted() const { return !buffer_.to_commit().empty(); }

    [[nodiscard]] rd_kafka_resp_err_t last_commit() const { return last_commit_; }

    // Notified when a commit has been answered.
    [[nodiscard]] runtime::notifier& commit_answered() { return commit_answered_; }

    // False when there is nothing to wait for.
    bool begin_leaving();
    // Does what is due of leaving.
    [[nodiscard]] bool has_left();

private:
    // Partitions to be unassigned once their batch is committed, or at the deadline.
    struct revocation {
        partitions_handle list;
        std::vector<partition_id> ids;
        std::chrono::steady_clock::time_point deadline;
    };

    enum class leaving { after_join, unsubscribed, closing };

    [[nodiscard]] result<void> connect();
    [[nodiscard]] result<void> join();
    void disconnect();
    void stand_by();
    void replace_client();
    void rejoin_when_free();
    [[nodiscard]] result<std::unique_ptr<event_pump>> listen(rd_kafka_queue_t* queue);
    void on_event(rd_kafka_event_t* event);
    void on_burst_over();
    void on_message(rd_kafka_event_t* event);
    void on_error(rd_kafka_event_t* event);
    void on_commit(rd_kafka_event_t* event);
    void on_rebalance(rd_kafka_event_t* event);
    void assign(const rd_kafka_topic_partition_list_t* gained);
    void revoke(const rd_kafka_topic_partition_list_t* revoked);
    void revoke_when_finished();
    void unassign(revocation revocation);
    void report(rd_kafka_error_t* refused, std::string_view what);

    void pause_when_full();
    void resume_when_low();
    [[nodiscard]] bool behind() const;
    void schedule_tick();
    void tick();
    void fail_for_good(std::string detail);

    boost::asio::io_context& context_;
    source_options options_;
    runtime::signal& fault_;
    client_log log_;
    source_metrics metrics_;
    vf::system_clock clock_;
    record_buffer buffer_;
    watchdog watchdog_;
    runtime::notifier changed_;
    runtime::notifier commit_answered_;
    boost::asio::steady_timer ticker_;
    std::optional<revocation> revocation_;
    record_buffer::positions committing_;
    std::uint64_t commits_{0};
    rd_kafka_resp_err_t last_commit_{RD_KAFKA_RESP_ERR_NO_ERROR};
    std::optional<error> fatal_;
    bool joined_{false};
    bool fenced_{false};
    bool stopped_{false};
    bool paused_{false};
    leaving leaving_{leaving::after_join};
    std::chrono::steady_clock::time_point leave_until_;
    join_monitor joins_;
    client_handle client_;
    std::optional<instance_watch> watch_;
    queue_handle queue_;
    // Answers to commits come here: they must not wait behind the records.
    queue_handle commit_queue_;
    std::unique_ptr<event_pump> pump_;
    std::unique_ptr<event_pump> commit_pump_;
};

}  // namespace vf::kafka
