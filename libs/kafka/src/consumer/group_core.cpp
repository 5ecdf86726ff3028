#include "consumer/group_core.hpp"

#include <algorithm>
#include <array>

#include "consumer/partition_lists.hpp"
#include "producer/record_bytes.hpp"

namespace vf::kafka {

namespace asio = boost::asio;

namespace {

using steady = std::chrono::steady_clock;

}  // namespace

group_core::group_core(
    asio::io_context& context, const source_options& options, telemetry::registry& metrics,
    runtime::signal& fault
)
    : context_{context},
      options_{options},
      fault_{fault},
      log_{options.client_id},
      metrics_{metrics, options.topics},
      buffer_{record_buffer_limits{
          options.batch_records_max, options.batch_bytes_max, options.buffer_bytes_max
      }},
      watchdog_{options.stall_limit},
      changed_{context},
      commit_answered_{context},
      ticker_{context} {}

result<void> group_core::open() {
    if (auto connected = connect(); !connected) {
        return connected;
    }
    if (auto joined = join(); !joined) {
        return joined;
    }
    schedule_tick();
    return {};
}

result<std::unique_ptr<event_pump>> group_core::listen(rd_kafka_queue_t* queue) {
    event_pump::handlers handlers;
    handlers.event = [this](rd_kafka_event_t* event) { on_event(event); };
    handlers.burst_over = [this] { on_burst_over(); };
    return event_pump::create(context_, queue, std::move(handlers));
}

void group_core::shut() {
    stop();
    ticker_.cancel();
    disconnect();
}

void group_core::stop() {
    stopped_ = true;
    changed_.notify();
}

batch group_core::take() {
    batch batch = buffer_.take();
    resume_when_low();
    return batch;
}

void group_core::abandon() {
    buffer_.abandon();
    revoke_when_finished();
}

void group_core::done(const batch& finished) {
    buffer_.done(finished);
    revoke_when_finished();
}

bool group_core::send_commit() {
    if (client_ == nullptr || fenced_ || commit_under_way() || joining()) {
        return false;
    }
    auto offsets = buffer_.to_commit();
    if (offsets.empty()) {
        return false;
    }
    const auto list = make_list(offsets);
    const rd_kafka_resp_err_t refused =
        rd_kafka_commit_queue(client_.get(), list.get(), commit_queue_.get(), nullptr, nullptr);
    if (refused != RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_commit_ = refused;
        metrics_.commit_failures.increment();
        return false;
    }
    committing_ = std::move(offsets);
    return true;
}

void group_core::on_event(rd_kafka_event_t* event) {
    switch (rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_FETCH:
            return on_message(event);
        case RD_KAFKA_EVENT_REBALANCE:
            return on_rebalance(event);
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            return on_commit(event);
        case RD_KAFKA_EVENT_ERROR:
            return on_error(event);
        case RD_KAFKA_EVENT_LOG:
            return log_.take_log(event);
        default:
            return;
    }
}

void group_core::on_burst_over() {
    if (!buffer_.empty()) {
        changed_.notify();
    }
}

void group_core::on_message(rd_kafka_event_t* event) {
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            log_.take_error(message->err, rd_kafka_message_errstr(message));
            continue;
        }
        wire::record record = copy_record(*message);
        metrics_.received(record.topic);
        buffer_.accept(std::move(record));
    }
    pause_when_full();
}

void group_core::on_error(rd_kafka_event_t* event) {
    if (rd_kafka_event_error_is_fatal(event) != 0) {
        std::array<char, 512> reason{};
        const rd_kafka_resp_err_t code =
            rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
        return code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? stand_by()
                                                            : fail_for_good(reason.data());
    }
    log_.take_error(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
}

void group_core::fail_for_good(std::string detail) {
    if (fatal_) {
        return;
    }
    log_.out().error(
        "the consumer cannot go on", {{"client", options_.client_id}, {"detail", detail}}
    );
    fatal_ = error{failure::permanent, "consumer_fatal", std::move(detail)};
    changed_.notify();
    fault_.raise();
}

void group_core::on_commit(rd_kafka_event_t* event) {
    last_commit_ = rd_kafka_event_error(event);
    // Committed before, or of partitions lost meanwhile: there is nothing left to commit.
    if (last_commit_ == RD_KAFKA_RESP_ERR__NO_OFFSET) {
        last_commit_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    if (last_commit_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_commit_ = first_error(rd_kafka_event_topic_partition_list(event));
    }
    if (last_commit_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        buffer_.committed(committing_);
        ++commits_;
    } else {
        metrics_.commit_failures.increment();
        log_.take_error(last_commit_, "offsets were not committed");
    }
    committing_.clear();
    commit_answered_.notify();
    revoke_when_finished();
}

void group_core::pause_when_full() {
    if (paused_ || !buffer_.full()) {
        return;
    }
    paused_ = true;
    rd_kafka_pause_partitions(client_.get(), make_list(buffer_.active()).get());
}

void group_core::resume_when_low() {
    if (!paused_ || !buffer_.low() || client_ == nullptr) {
        return;
    }
    paused_ = false;
    rd_kafka_resume_partitions(client_.get(), make_list(buffer_.active()).get());
}

// Whether the broker is known to have records of our partitions that have not come yet.
bool group_core::behind() const {
    const auto received = buffer_.received();
    return std::ranges::any_of(received, [this](const auto& entry) {
        std::int64_t low = RD_KAFKA_OFFSET_INVALID;
        std::int64_t high = RD_KAFKA_OFFSET_INVALID;
        const auto& [id, next] = entry;
        rd_kafka_get_watermark_offsets(client_.get(), id.topic.c_str(), id.number, &low, &high);
        return high > next;
    });
}

void group_core::schedule_tick() {
    const vf::duration longest = std::chrono::milliseconds{500};
    ticker_.expires_after(std::min(longest, options_.stall_limit / 4));
    ticker_.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
        const auto self = weak.lock();
        if (self == nullptr || stopped || self->client_ == nullptr) {
            return;
        }
        self->tick();
        self->schedule_tick();
    });
}

// Polls too: a member that never polls is removed from its group, and a quiet topic has no events.
void group_core::tick() {
    pump_->serve();
    revoke_when_finished();
    send_commit();
    metrics_.set_ages(buffer_, clock_.now());
    if (stopped_ || fault_.raised()) {
        return;
    }
    rejoin_when_free();
    const bool work = buffer_.has_work() || behind();
    if (watchdog_.stalled(steady::now(), work, commits_)) {
        log_.out().error(
            "records to consume and no commit for too long", {{"client", options_.client_id}}
        );
        fault_.raise();
    }
}

}  // namespace vf::kafka
