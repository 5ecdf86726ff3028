#include "producer/producer_core.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "producer/record_bytes.hpp"
#include "vf/base/random.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

namespace asio = boost::asio;

namespace {

constexpr std::string_view seconds_name = "vf_kafka_publish_seconds";
constexpr std::string_view seconds_help = "From publish to the last delivery report of the call";

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

telemetry::labels labelled(const producer_options& options, telemetry::labels labels) {
    if (!options.name.empty()) {
        labels.emplace("producer", options.name);
    }
    return labels;
}

std::uint64_t any_number() {
    system_random randomness;
    return randomness.next();
}

}  // namespace

producer_core::producer_core(
    asio::io_context& context, const producer_options& options, telemetry::registry& metrics
)
    : context_{context},
      options_{options},
      metrics_{metrics},
      counters_{
          metrics.make_histogram(
              seconds_name, seconds_help, telemetry::latency_buckets(),
              labelled(options, {{"outcome", "acknowledged"}})
          ),
          metrics.make_histogram(
              seconds_name, seconds_help, telemetry::latency_buckets(),
              labelled(options, {{"outcome", "failed"}})
          ),
          metrics.make_gauge(
              "vf_kafka_records_in_flight", "Records of publish calls not yet answered",
              labelled(options, {})
          ),
          metrics.make_counter(
              "vf_kafka_producer_rebuilds_total", "Producer handles replaced after a fatal error",
              labelled(options, {})
          )
      },
      log_{options.client_id},
      permits_{load{options.records_max, options.bytes_max}},
      idle_{context},
      rebuild_retry_{context},
      own_answers_{std::make_shared<answer_queue>(context)},
      partitioner_{options.partition_interval, any_number()} {}

result<void> producer_core::open() {
    auto created = producer_client::create(options_, partitioner_);
    if (!created) {
        return forward(created);
    }
    event_pump::handlers handlers;
    handlers.event = [this](rd_kafka_event_t* event) { on_event(event); };
    handlers.burst_over = [this] {
        // A publisher that goes on may be the last that holds this.
        const auto self = shared_from_this();
        rebuild_when_idle();
        answer_finished();
    };
    auto pump = event_pump::create(context_, (*created)->queue(), std::move(handlers));
    if (!pump) {
        return forward(pump);
    }
    const std::scoped_lock locked{client_mutex_};
    client_ = std::move(*created);
    pump_ = std::move(*pump);
    broken_ = false;
    return {};
}

void producer_core::shut() {
    draining_ = true;
    rebuild_retry_.cancel();
    if (client_ == nullptr) {
        return;
    }
    purge();
    const auto last = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (reports_due_ > 0 && std::chrono::steady_clock::now() < last) {
        const event_handle event{rd_kafka_queue_poll(client_->queue(), 100)};
        if (event != nullptr) {
            on_event(event.get());
        }
    }
    for (auto& each : std::exchange(finished_, {})) {
        const auto answers = each->answers;
        answers->answer_later({std::move(each)});
    }
    pump_.reset();
    client_.reset();
}

result<std::shared_ptr<publish_call>> producer_core::begin(
    std::vector<wire::record> records, std::shared_ptr<answer_queue> answers
) {
    load load{static_cast<std::int64_t>(records.size()), 0};
    for (const wire::record& one : records) {
        load.bytes += wire_bytes(one);
    }
    if (auto admitted = check(records, load); !admitted) {
        count_error(admitted.error().code);
        return forward(admitted);
    }
    if (records.empty()) {
        return nullptr;
    }
    auto call = std::make_shared<publish_call>(std::move(answers));
    call->records = std::move(records);
    call->load = load;
    call->begun = std::chrono::steady_clock::now();
    counters_.in_flight.set(static_cast<double>(permits_.taken().records));
    send(call);
    return call;
}

// The reports may come, on the producer's loop, before this has sent the last record.
void producer_core::send(const std::shared_ptr<publish_call>& call) {
    const auto records = static_cast<std::int64_t>(call->records.size());
    call->self = call;
    call->reports_due = records;
    reports_due_ += records;
    const auto refused = hand_over(*call);
    if (refused == 0) {
        return;
    }
    reports_due_ -= refused;
    if (call->reports_due.fetch_sub(refused) == refused) {
        call->self.reset();
        settle(*call);
        call->answered.complete();
    }
    asio::post(context_, [weak = weak_from_this()] {
        if (const auto core = weak.lock()) {
            core->check_fatal();
            core->rebuild_when_idle();
            core->idle_.notify();
        }
    });
}

// How many records librdkafka did not take.
std::int64_t producer_core::hand_over(publish_call& call) {
    const std::shared_lock locked{client_mutex_};
    std::int64_t refused = 0;
    for (const wire::record& one : call.records) {
        const auto code = client_ == nullptr ? RD_KAFKA_RESP_ERR__FATAL : client_->send(one, &call);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            note_failure(call, code);
            ++refused;
        }
    }
    return refused;
}

result<void> producer_core::check(std::span<const wire::record> records, load load) {
    if (draining_) {
        return fail(failure::stopped, "draining", "the producer takes no new records");
    }
    if (broken_) {
        return fail(
            failure::transient, "broker_unavailable", "the producer handle is being replaced"
        );
    }
    for (const wire::record& one : records) {
        const auto bytes = wire_bytes(one);
        if (bytes > wire::record_bytes_max && bytes > wire::record_max_of(one.topic)) {
            return fail(
                failure::data, "record_too_large", fmt::format("{} bytes for {}", bytes, one.topic)
            );
        }
    }
    if (!permits_.take(load)) {
        return fail(
            failure::transient, "producer_full",
            fmt::format("{} records are in flight", permits_.taken().records)
        );
    }
    return {};
}

client_handle producer_core::client() const {
    return client_ == nullptr ? nullptr : client_->client();
}

void producer_core::learn_topic(const std::string& name) {
    if (client_ != nullptr) {
        client_->topic(name);
    }
}

void producer_core::note_failure(publish_call& call, rd_kafka_resp_err_t code) {
    call.fail(code);
    count_error(rd_kafka_err2name(code));
}

void producer_core::count_error(const std::string& code) {
    const std::scoped_lock locked{errors_mutex_};
    auto found = errors_.find(code);
    if (found == errors_.end()) {
        const auto counter = metrics_.make_counter(
            "vf_kafka_producer_errors_total", "Refused publish calls and failed records, by code",
            labelled(options_, {{"code", code}})
        );
        found = errors_.emplace(code, counter).first;
    }
    found->second.increment();
}

// Nothing of the call is in flight any more.
void producer_core::settle(const publish_call& call) {
    permits_.release(call.load);
    counters_.in_flight.set(static_cast<double>(permits_.taken().records));
    const bool failed = call.failed != RD_KAFKA_RESP_ERR_NO_ERROR;
    (failed ? counters_.failed : counters_.acknowledged).observe(seconds_since(call.begun));
}

result<void> producer_core::outcome(const publish_call& call) {
    const rd_kafka_resp_err_t failed = call.failed;
    switch (failed) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            return {};
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            return fail(
                failure::data, "record_too_large", "the topic takes less than the table says"
            );
        default:
            return fail(failure::transient, "broker_unavailable", rd_kafka_err2str(failed));
    }
}

void producer_core::on_event(rd_kafka_event_t* event) {
    switch (rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_DR:
            return on_reports(event);
        case RD_KAFKA_EVENT_LOG:
            return log_.take_log(event);
        case RD_KAFKA_EVENT_ERROR:
            count_error(rd_kafka_err2name(rd_kafka_event_error(event)));
            log_.take_error(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
            return check_fatal();
        default:
            return;
    }
}

void producer_core::on_reports(rd_kafka_event_t* event) {
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event)) {
        auto& call = *static_cast<publish_call*>(report->_private);
        // A record the log is known to hold is acknowledged, whatever happened on the way.
        if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
            rd_kafka_message_status(report) != RD_KAFKA_MSG_STATUS_PERSISTED) {
            note_failure(call, report->err);
        } else {
            log_.accepted();
        }
        --reports_due_;
        if (call.reports_due.fetch_sub(1) == 1) {
            settle(call);
            finished_.push_back(std::move(call.self));
        }
    }
    if (reports_due_ == 0) {
        idle_.notify();
    }
}

// After the event is gone, which refers to the records of the calls.
void producer_core::answer_finished() {
    auto finished = std::exchange(finished_, {});
    answer_queue::calls own;
    while (!finished.empty()) {
        const auto answers = finished.back()->answers;
        const auto theirs = std::ranges::partition(finished, [&answers](const auto& each) {
            return each->answers != answers;
        });
        answer_queue::calls calls{
            std::move_iterator{theirs.begin()}, std::move_iterator{theirs.end()}
        };
        finished.erase(theirs.begin(), theirs.end());
        if (answers == own_answers_) {
            own = std::move(calls);
        } else {
            answers->answer_later(std::move(calls));
        }
    }
    // Last: a publisher may go on to anything.
    answer_queue::answer_now(std::move(own));
}

void producer_core::purge() {
    if (client_ != nullptr) {
        client_->purge();
    }
}

// A client with a fatal error never sends again. Every publish that waits gets the error (the purge
// produces the reports), then a new client takes its place.
void producer_core::check_fatal() {
    if (broken_ || client_ == nullptr) {
        return;
    }
    std::array<char, 512> reason{};
    const rd_kafka_resp_err_t code =
        rd_kafka_fatal_error(client_->client().get(), reason.data(), reason.size());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    broken_ = true;
    counters_.rebuilds.increment();
    log_.out().error(
        "fatal error of the producer: it is replaced", {{"client", options_.client_id},
                                                        {"code", rd_kafka_err2name(code)},
                                                        {"detail", reason.data()}}
    );
    purge();
    rebuild_when_idle();
}

void producer_core::rebuild_when_idle() {
    if (!broken_ || reports_due_ > 0 || draining_) {
        return;
    }
    // Not from here: the pump of the old client may be below us on the stack.
    asio::post(context_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->rebuild();
        }
    });
}

void producer_core::rebuild() {
    if (!broken_ || reports_due_ > 0 || draining_) {
        return;
    }
    {
        const std::scoped_lock locked{client_mutex_};
        pump_.reset();
        client_.reset();
    }
    if (auto opened = open(); !opened) {
        log_.out().error("no new producer", {{"detail", opened.error().detail}});
        rebuild_retry_.expires_after(std::chrono::seconds{1});
        rebuild_retry_.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
            const auto self = weak.lock();
            if (self != nullptr && !stopped) {
                self->rebuild();
            }
        });
    }
}

}  // namespace vf::kafka
