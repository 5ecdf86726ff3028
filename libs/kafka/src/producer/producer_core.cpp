#include "producer/producer_core.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "client/client_config.hpp"
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

result<client_handle> make_client(const producer_options& options) {
    client_config config{options.cluster, options.client_id};
    // A fraction of a millisecond is worth having here.
    const double linger = std::chrono::duration<double, std::milli>(options.linger).count();
    // librdkafka's own limits are never reached: the permits are below them.
    const std::int64_t records_max = options.records_max + 1'000;
    const std::int64_t kilobytes_max = options.bytes_max / 1'024 + 1'024;
    config.set({
        {"acks", "all"},
        {"enable.idempotence", "true"},
        {"linger.ms", fmt::format("{}", linger)},
        {"compression.type", "lz4"},
        {"partitioner", "murmur2_random"},
        {"message.timeout.ms", to_milliseconds(options.delivery_timeout)},
        {"message.max.bytes", std::to_string(wire::record_bytes_max)},
        {"queue.buffering.max.messages", std::to_string(records_max)},
        {"queue.buffering.max.kbytes", std::to_string(kilobytes_max)},
        {"log.queue", "true"},
    });
    config.events(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    return config.make(RD_KAFKA_PRODUCER);
}

rd_kafka_vu_t vu(rd_kafka_vtype_t type) {
    rd_kafka_vu_t field{};
    field.vtype = type;
    return field;
}

rd_kafka_vu_t vu(rd_kafka_vtype_t type, const std::string& bytes) {
    rd_kafka_vu_t field = vu(type);
    // librdkafka copies (MSG_F_COPY) and does not write; its interface predates const.
    field.u.mem.ptr = const_cast<char*>(bytes.data());
    field.u.mem.size = bytes.size();
    return field;
}

// Of a topic that is not in the table, as tests have, the default.
wire::topic_description describe(std::string_view name) {
    const auto topics = wire::all_topics();
    const auto found = std::ranges::find(topics, name, &wire::topic_description::name);
    return found == topics.end() ? wire::topic_description{name, 1, {}} : *found;
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
              {{"outcome", "acknowledged"}}
          ),
          metrics.make_histogram(
              seconds_name, seconds_help, telemetry::latency_buckets(), {{"outcome", "failed"}}
          ),
          metrics.make_gauge(
              "vf_kafka_records_in_flight", "Records of publish calls not yet answered"
          ),
          metrics.make_counter(
              "vf_kafka_producer_rebuilds_total", "Producer handles replaced after a fatal error"
          )
      },
      log_{options.client_id},
      partitioner_{options.partition_interval, any_number()},
      permits_{load{options.records_max, options.bytes_max}},
      idle_{context},
      rebuild_retry_{context} {}

result<void> producer_core::open() {
    auto client = make_client(options_);
    if (!client) {
        return forward(client);
    }
    auto created = std::make_unique<handle>();
    created->client = std::move(*client);
    created->queue.reset(rd_kafka_queue_get_main(created->client.get()));
    rd_kafka_set_log_queue(created->client.get(), nullptr);

    event_pump::handlers handlers;
    handlers.event = [this](rd_kafka_event_t* event) { on_event(event); };
    handlers.burst_over = [this] { rebuild_when_idle(); };
    auto pump = event_pump::create(context_, created->queue.get(), std::move(handlers));
    if (!pump) {
        return forward(pump);
    }
    created->pump = std::move(*pump);
    handle_ = std::move(created);
    broken_ = false;
    return {};
}

void producer_core::shut() {
    draining_ = true;
    rebuild_retry_.cancel();
    if (handle_ == nullptr) {
        return;
    }
    purge();
    const auto last = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (reports_due_ > 0 && std::chrono::steady_clock::now() < last) {
        const event_handle event{rd_kafka_queue_poll(handle_->queue.get(), 100)};
        if (event != nullptr) {
            on_event(event.get());
        }
    }
    handle_.reset();
}

result<std::shared_ptr<publish_call>> producer_core::begin(std::span<const wire::record> records) {
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
    auto call = std::make_shared<publish_call>();
    call->load = load;
    call->begun = std::chrono::steady_clock::now();
    call->self = call;
    counters_.in_flight.set(static_cast<double>(permits_.taken().records));
    for (const wire::record& one : records) {
        const rd_kafka_resp_err_t code = send(one, *call);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            ++call->reports_due;
            ++reports_due_;
        } else {
            note_failure(*call, code);
        }
    }
    if (call->reports_due == 0) {
        finish(*call);
    }
    check_fatal();
    return call;
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
        if (wire_bytes(one) > wire::record_bytes_max) {
            return fail(
                failure::data, "record_too_large",
                fmt::format("{} bytes for {}", wire_bytes(one), one.topic)
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

rd_kafka_resp_err_t producer_core::send(const wire::record& one, publish_call& call) {
    std::array<rd_kafka_vu_t, 6> fields;
    std::size_t count = 0;
    fields[count] = vu(RD_KAFKA_VTYPE_RKT);
    fields[count++].u.rkt = topic(one.topic);
    fields[count] = vu(RD_KAFKA_VTYPE_MSGFLAGS);
    fields[count++].u.i = RD_KAFKA_MSG_F_COPY;
    fields[count] = vu(RD_KAFKA_VTYPE_OPAQUE);
    fields[count++].u.ptr = &call;
    fields[count++] = vu(RD_KAFKA_VTYPE_VALUE, one.value);
    if (one.key) {
        fields[count++] = vu(RD_KAFKA_VTYPE_KEY, *one.key);
    }
    // As one list that stays ours on failure: single headers are freed twice there (before 2.12).
    headers_handle headers = make_headers(one);
    if (headers != nullptr) {
        fields[count] = vu(RD_KAFKA_VTYPE_HEADERS);
        fields[count++].u.headers = headers.get();
    }
    const error_handle refused{rd_kafka_produceva(handle_->client.get(), fields.data(), count)};
    if (refused != nullptr) {
        return rd_kafka_error_code(refused.get());
    }
    std::ignore = headers.release();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_topic_t* producer_core::topic(const std::string& name) {
    const auto found = handle_->topics.find(name);
    if (found != handle_->topics.end()) {
        return found->second.get();
    }
    rd_kafka_topic_conf_t* topic_config = rd_kafka_default_topic_conf_dup(handle_->client.get());
    const auto description = describe(name);
    if (!description.compressed) {
        rd_kafka_topic_conf_set(topic_config, "compression.codec", "none", nullptr, 0);
    }
    if (description.partitioning == wire::partitioning::by_time &&
        partitioner_.interval > vf::duration::zero()) {
        set_partitioner(topic_config, partitioner_);
    }
    // The topic owns its configuration from here.
    topic_handle topic{rd_kafka_topic_new(handle_->client.get(), name.c_str(), topic_config)};
    return handle_->topics.emplace(name, std::move(topic)).first->second.get();
}

client_handle producer_core::client() const {
    return handle_ == nullptr ? nullptr : handle_->client;
}

void producer_core::note_failure(publish_call& call, rd_kafka_resp_err_t code) {
    if (call.failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
        call.failed = code;
    }
    count_error(rd_kafka_err2name(code));
}

void producer_core::count_error(const std::string& code) {
    auto found = errors_.find(code);
    if (found == errors_.end()) {
        const auto counter = metrics_.make_counter(
            "vf_kafka_producer_errors_total", "Refused publish calls and failed records, by code",
            {{"code", code}}
        );
        found = errors_.emplace(code, counter).first;
    }
    found->second.increment();
}

// The call is gone when this returns unless its publisher still holds it.
void producer_core::finish(publish_call& call) {
    permits_.release(call.load);
    counters_.in_flight.set(static_cast<double>(permits_.taken().records));
    const bool failed = call.failed != RD_KAFKA_RESP_ERR_NO_ERROR;
    (failed ? counters_.failed : counters_.acknowledged).observe(seconds_since(call.begun));
    const auto keep = std::move(call.self);
    keep->answered.complete();
}

result<void> producer_core::outcome(const publish_call& call) const {
    switch (call.failed) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            return {};
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            return fail(
                failure::data, "record_too_large", "the topic takes less than the table says"
            );
        default:
            return fail(failure::transient, "broker_unavailable", rd_kafka_err2str(call.failed));
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
        if (--call.reports_due == 0) {
            finish(call);
        }
    }
    if (reports_due_ == 0) {
        idle_.notify();
    }
}

void producer_core::purge() {
    if (handle_ != nullptr) {
        rd_kafka_purge(handle_->client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }
}

// A handle with a fatal error never sends again. Every publish that waits gets the error (the purge
// produces the reports), then a new handle takes its place.
void producer_core::check_fatal() {
    if (broken_ || handle_ == nullptr) {
        return;
    }
    std::array<char, 512> reason{};
    const rd_kafka_resp_err_t code =
        rd_kafka_fatal_error(handle_->client.get(), reason.data(), reason.size());
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
    // Not from here: the pump of the old handle may be below us on the stack.
    asio::post(context_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->rebuild();
        }
    });
}

void producer_core::rebuild() {
    if (!broken_ || draining_) {
        return;
    }
    handle_.reset();
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
