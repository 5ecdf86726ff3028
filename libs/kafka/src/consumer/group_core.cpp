#include "consumer/group_core.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "consumer/partition_lists.hpp"
#include "consumer/source_client.hpp"
#include "producer/record_bytes.hpp"

namespace vf::kafka {

namespace asio = boost::asio;

namespace {

using steady = std::chrono::steady_clock;

bool is_cooperative(rd_kafka_t* client) {
    return std::string_view{rd_kafka_rebalance_protocol(client)} == "COOPERATIVE";
}

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
      intake_{record_buffer_limits{
          options.batch_records_max, options.batch_bytes_max, options.buffer_bytes_max
      }},
      watchdog_{options.stall_limit},
      news_{context},
      commit_over_{context},
      ticker_{context} {}

result<void> group_core::open() {
    auto client = make_source_client(options_, joins_);
    if (!client) {
        return forward(client);
    }
    client_ = std::move(*client);
    rd_kafka_poll_set_consumer(client_.get());
    queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
    rd_kafka_set_log_queue(client_.get(), queue_.get());

    auto pump = listen(queue_.get());
    if (!pump) {
        return forward(pump);
    }
    pump_ = std::move(*pump);
    commit_queue_.reset(rd_kafka_queue_new(client_.get()));
    auto commit_pump = listen(commit_queue_.get());
    if (!commit_pump) {
        return forward(commit_pump);
    }
    commit_pump_ = std::move(*commit_pump);

    const auto partitions = empty_list(options_.topics.size());
    for (const std::string& topic : options_.topics) {
        rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    const rd_kafka_resp_err_t code = rd_kafka_subscribe(client_.get(), partitions.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(failure::permanent, "kafka_configuration", rd_kafka_err2str(code));
    }
    await_tick();
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
    giving_back_.reset();
    round_.clear();
    commit_over_.notify();
    commit_pump_.reset();
    pump_.reset();
    commit_queue_.reset();
    queue_.reset();
    client_.reset();
}

void group_core::stop() {
    stopped_ = true;
    news_.notify();
}

batch group_core::take() {
    batch batch = intake_.take();
    resume_when_low();
    return batch;
}

void group_core::hand_back() {
    intake_.hand_back();
    give_back_when_finished();
}

void group_core::done(const batch& finished) {
    intake_.done(finished);
    give_back_when_finished();
}

bool group_core::send_commit() {
    if (client_ == nullptr || commit_under_way() || joining()) {
        return false;
    }
    auto owed = intake_.owed();
    if (owed.empty()) {
        return false;
    }
    const auto list = make_list(owed);
    const rd_kafka_resp_err_t refused =
        rd_kafka_commit_queue(client_.get(), list.get(), commit_queue_.get(), nullptr, nullptr);
    if (refused != RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_commit_ = refused;
        metrics_.commit_failures.increment();
        return false;
    }
    round_ = std::move(owed);
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
    if (!intake_.empty()) {
        news_.notify();
    }
}

void group_core::on_message(rd_kafka_event_t* event) {
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            log_.take_error(message->err, rd_kafka_message_errstr(message));
            continue;
        }
        wire::record one = copy_record(*message);
        metrics_.received(one.topic);
        intake_.accept(std::move(one));
    }
    pause_when_full();
}

void group_core::on_error(rd_kafka_event_t* event) {
    if (rd_kafka_event_error_is_fatal(event) != 0) {
        std::array<char, 512> reason{};
        rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
        return fail_for_good(reason.data());
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
    news_.notify();
    fault_.raise();
}

void group_core::on_commit(rd_kafka_event_t* event) {
    last_commit_ = rd_kafka_event_error(event);
    // Told twice, or told of partitions that went meanwhile: there is nothing left to commit.
    if (last_commit_ == RD_KAFKA_RESP_ERR__NO_OFFSET) {
        last_commit_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    if (last_commit_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_commit_ = first_error(rd_kafka_event_topic_partition_list(event));
    }
    if (last_commit_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        intake_.committed(round_);
        ++commits_;
    } else {
        metrics_.commit_failures.increment();
        log_.take_error(last_commit_, "offsets were not committed");
    }
    round_.clear();
    commit_over_.notify();
    give_back_when_finished();
}

void group_core::on_rebalance(rd_kafka_event_t* event) {
    metrics_.rebalances.increment();
    const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(event);
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(list);
    } else {
        give_back(list);
    }
}

void group_core::assign(const rd_kafka_topic_partition_list_t* gained) {
    if (is_cooperative(client_.get())) {
        report(rd_kafka_incremental_assign(client_.get(), gained), "assign");
    } else if (rd_kafka_assign(client_.get(), gained) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_.out().error("partitions were not assigned", {{"client", options_.client_id}});
    }
    intake_.assigned(ids_of(*gained));
    joined_ = true;
    // Each round of a cooperative rebalance tells of a share, mostly an unchanged one.
    if (gained->cnt > 0) {
        log_.out().info(
            "partitions gained", {{"client", options_.client_id}, {"count", gained->cnt}}
        );
    }
    if (paused_) {
        rd_kafka_pause_partitions(client_.get(), make_list(ids_of(*gained)).get());
    }
}

void group_core::give_back(const rd_kafka_topic_partition_list_t* going) {
    giving_back leaving{copy_list(going), ids_of(*going), steady::now() + options_.revoke_limit};
    intake_.revoking(leaving.ids);
    const bool lost = rd_kafka_assignment_lost(client_.get()) != 0;
    log_.out().info(
        lost ? "partitions lost" : "partitions revoked",
        {{"client", options_.client_id}, {"count", going->cnt}}
    );
    if (lost || !intake_.unfinished(leaving.ids)) {
        let_go(std::move(leaving));
        return;
    }
    giving_back_ = std::move(leaving);
    send_commit();
}

void group_core::give_back_when_finished() {
    if (!giving_back_) {
        return;
    }
    // Lost while we were waiting: somebody else has them already.
    const bool late =
        steady::now() >= giving_back_->last || rd_kafka_assignment_lost(client_.get()) != 0;
    if (late || !intake_.unfinished(giving_back_->ids)) {
        giving_back leaving = std::move(*giving_back_);
        giving_back_.reset();
        let_go(std::move(leaving));
    }
}

void group_core::let_go(giving_back going) {
    intake_.revoked(going.ids);
    joins_.expect_join(steady::now());
    if (is_cooperative(client_.get())) {
        report(rd_kafka_incremental_unassign(client_.get(), going.list.get()), "give back");
    } else {
        rd_kafka_assign(client_.get(), nullptr);
    }
    resume_when_low();
}

void group_core::report(rd_kafka_error_t* refused, std::string_view what) {
    const error_handle error{refused};
    if (error != nullptr) {
        log_.out().error(
            "a change of partitions was refused", {{"client", options_.client_id},
                                                   {"change", what},
                                                   {"detail", rd_kafka_error_string(error.get())}}
        );
    }
}

void group_core::pause_when_full() {
    if (paused_ || !intake_.full()) {
        return;
    }
    paused_ = true;
    rd_kafka_pause_partitions(client_.get(), make_list(intake_.staying()).get());
}

void group_core::resume_when_low() {
    if (!paused_ || !intake_.low() || client_ == nullptr) {
        return;
    }
    paused_ = false;
    rd_kafka_resume_partitions(client_.get(), make_list(intake_.staying()).get());
}

// Whether the broker is known to have records of our partitions that have not come yet.
bool group_core::behind() const {
    const auto received = intake_.received();
    return std::ranges::any_of(received, [this](const auto& entry) {
        std::int64_t low = RD_KAFKA_OFFSET_INVALID;
        std::int64_t high = RD_KAFKA_OFFSET_INVALID;
        const auto& [id, next] = entry;
        rd_kafka_get_watermark_offsets(client_.get(), id.topic.c_str(), id.number, &low, &high);
        return high > next;
    });
}

void group_core::await_tick() {
    const vf::duration longest = std::chrono::milliseconds{500};
    ticker_.expires_after(std::min(longest, options_.stall_limit / 4));
    ticker_.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
        const auto self = weak.lock();
        if (self == nullptr || stopped || self->client_ == nullptr) {
            return;
        }
        self->tick();
        self->await_tick();
    });
}

// Polls too: a member that never polls is put out of its group, and a quiet topic makes no event.
void group_core::tick() {
    pump_->serve();
    give_back_when_finished();
    send_commit();
    metrics_.set_ages(intake_, clock_.now());
    if (stopped_ || fault_.raised()) {
        return;
    }
    const bool work = intake_.holds_work() || behind();
    if (watchdog_.stalled(steady::now(), work, commits_)) {
        log_.out().error(
            "records to be had and no commit for too long", {{"client", options_.client_id}}
        );
        fault_.raise();
    }
}

bool group_core::begin_leaving() {
    stop();
    hand_back();
    if (client_ == nullptr) {
        return false;
    }
    const error_handle refused{rd_kafka_consumer_close_queue(client_.get(), queue_.get())};
    return refused == nullptr;
}

bool group_core::has_left() {
    if (pump_ != nullptr) {
        pump_->serve();
    }
    return client_ == nullptr || rd_kafka_consumer_closed(client_.get()) != 0;
}

}  // namespace vf::kafka
