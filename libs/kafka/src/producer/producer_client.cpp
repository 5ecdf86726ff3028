#include "producer/producer_client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "client/client_config.hpp"
#include "producer/record_bytes.hpp"
#include "vf/wire/topics.hpp"

namespace vf::kafka {

namespace {

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
        // Of the largest topic; what each takes is checked before.
        {"message.max.bytes", std::to_string(wire::large_record_bytes_max)},
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
    // librdkafka does not write there; its interface predates const.
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

}  // namespace

result<std::unique_ptr<producer_client>> producer_client::create(
    const producer_options& options, time_partitioner& partitioner
) {
    auto client = make_client(options);
    if (!client) {
        return forward(client);
    }
    return std::unique_ptr<producer_client>{new producer_client{std::move(*client), partitioner}};
}

producer_client::producer_client(client_handle client, time_partitioner& partitioner)
    : client_{std::move(client)},
      queue_{rd_kafka_queue_get_main(client_.get())},
      partitioner_{partitioner} {
    rd_kafka_set_log_queue(client_.get(), nullptr);
}

rd_kafka_resp_err_t producer_client::send(const wire::record& one, void* opaque) {
    std::array<rd_kafka_vu_t, 6> fields;
    std::size_t count = 0;
    fields[count] = vu(RD_KAFKA_VTYPE_RKT);
    fields[count++].u.rkt = topic(one.topic);
    fields[count] = vu(RD_KAFKA_VTYPE_MSGFLAGS);
    fields[count++].u.i = 0;
    fields[count] = vu(RD_KAFKA_VTYPE_OPAQUE);
    fields[count++].u.ptr = opaque;
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
    const error_handle refused{rd_kafka_produceva(client_.get(), fields.data(), count)};
    if (refused != nullptr) {
        return rd_kafka_error_code(refused.get());
    }
    std::ignore = headers.release();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_topic_t* producer_client::topic(const std::string& name) {
    const std::scoped_lock locked{mutex_};
    const auto found = topics_.find(name);
    if (found != topics_.end()) {
        return found->second.get();
    }
    rd_kafka_topic_conf_t* topic_config = rd_kafka_default_topic_conf_dup(client_.get());
    const auto description = describe(name);
    if (!description.compressed) {
        rd_kafka_topic_conf_set(topic_config, "compression.codec", "none", nullptr, 0);
    }
    if (description.partitioning == wire::partitioning::by_time &&
        partitioner_.interval > vf::duration::zero()) {
        set_partitioner(topic_config, partitioner_);
    }
    // The topic owns its configuration from here.
    topic_handle topic{rd_kafka_topic_new(client_.get(), name.c_str(), topic_config)};
    return topics_.emplace(name, std::move(topic)).first->second.get();
}

void producer_client::purge() {
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

}  // namespace vf::kafka
