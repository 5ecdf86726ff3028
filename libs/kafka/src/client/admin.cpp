#include "vf/kafka/admin.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "client/client_config.hpp"
#include "client/client_log.hpp"
#include "client/topic_check.hpp"

namespace vf::kafka {

namespace {

using steady = std::chrono::steady_clock;
using topic_list = std::vector<wire::topic_description>;
using new_topic = owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using admin_options = owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

constexpr int one_try_ms = 3'000;
constexpr int pause_ms = 200;

std::unexpected<error> unavailable(std::string detail) {
    return fail(failure::transient, "broker_unavailable", std::move(detail));
}

new_topic describe(const wire::topic_description& topic, const replication& replication) {
    std::array<char, 256> reason{};
    const std::string name{topic.name};
    new_topic new_topic{rd_kafka_NewTopic_new(
        name.c_str(), topic.partitions, replication.factor, reason.data(), reason.size()
    )};
    if (new_topic != nullptr) {
        const std::string retention = to_milliseconds(topic.retention);
        const std::string largest = std::to_string(topic.record_max);
        const std::string insync = std::to_string(replication.min_insync);
        rd_kafka_NewTopic_set_config(new_topic.get(), "min.insync.replicas", insync.c_str());
        rd_kafka_NewTopic_set_config(new_topic.get(), "retention.ms", retention.c_str());
        rd_kafka_NewTopic_set_config(new_topic.get(), "max.message.bytes", largest.c_str());
        rd_kafka_NewTopic_set_config(new_topic.get(), "cleanup.policy", "delete");
    }
    return new_topic;
}

// What no later try can change.
bool is_refusal(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
        case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
        case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            return true;
        default:
            return false;
    }
}

result<void> outcome_of(const rd_kafka_event_t* answer) {
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(answer, &count);
    result<void> outcome{};
    for (const rd_kafka_topic_result_t* one : std::span{results, count}) {
        const auto code = rd_kafka_topic_result_error(one);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            continue;
        }
        const char* text = rd_kafka_topic_result_error_string(one);
        auto detail =
            fmt::format("{}: {}", rd_kafka_topic_result_name(one), text == nullptr ? "" : text);
        if (is_refusal(code)) {
            return fail(failure::permanent, "topic_refused", std::move(detail));
        }
        outcome = unavailable(std::move(detail));
    }
    return outcome;
}

result<void> create(
    rd_kafka_t* client, rd_kafka_queue_t* queue, const topic_list& missing,
    const replication& replication
) {
    std::vector<new_topic> new_topics;
    std::vector<rd_kafka_NewTopic_t*> list;
    for (const wire::topic_description& topic : missing) {
        new_topics.push_back(describe(topic, replication));
        if (new_topics.back() == nullptr) {
            return fail(failure::permanent, "topic_refused", std::string{topic.name});
        }
        list.push_back(new_topics.back().get());
    }
    const admin_options options{rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS)};
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(
        options.get(), one_try_ms, reason.data(), reason.size()
    );
    rd_kafka_CreateTopics(client, list.data(), list.size(), options.get(), queue);
    // The request has its own time-out; this one only guards against a lost answer.
    const event_handle event{rd_kafka_queue_poll(queue, 2 * one_try_ms)};
    if (event == nullptr) {
        return unavailable("no answer to CreateTopics");
    }
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable(rd_kafka_event_error_string(event.get()));
    }
    const rd_kafka_event_t* answer = rd_kafka_event_CreateTopics_result(event.get());
    return answer == nullptr ? unavailable("no answer to CreateTopics") : outcome_of(answer);
}

// One metadata request and, when a topic is missing, one to create it. Success when every topic is
// there as it has to be, and has a leader.
result<void> try_once(
    rd_kafka_t* client, rd_kafka_queue_t* queue, std::span<const wire::topic_description> topics,
    const replication& replication
) {
    auto seen = read_topics(client, topics, replication, one_try_ms);
    if (!seen) {
        return forward(seen);
    }
    if (!seen->missing.empty()) {
        if (auto outcome = create(client, queue, seen->missing, replication); !outcome) {
            return outcome;
        }
        return unavailable("the topics were created and are not in the metadata yet");
    }
    if (!seen->leaderless.empty()) {
        return unavailable(fmt::format("no leader for {} yet", seen->leaderless));
    }
    return check_min_insync(client, topics, replication, one_try_ms);
}

// Why the brokers do not let us in, when that is what they said since the last look.
std::string refusal_on(rd_kafka_queue_t* events) {
    std::string refusal;
    while (true) {
        const event_handle event{rd_kafka_queue_poll(events, 0)};
        if (event == nullptr) {
            return refusal;
        }
        if (refuses_client(rd_kafka_event_error(event.get()))) {
            refusal = rd_kafka_event_error_string(event.get());
        }
    }
}

}  // namespace

result<void> create_topics(
    const cluster& cluster, std::span<const wire::topic_description> topics, vf::duration limit
) {
    client_config config{cluster, "vf-admin"};
    // It answers with an error; librdkafka's own lines about a broker that is away add nothing.
    config.set({{"log_level", "2"}});
    config.events(RD_KAFKA_EVENT_ERROR);
    auto client = config.make(RD_KAFKA_PRODUCER);
    if (!client) {
        return forward(client);
    }
    const queue_handle events{rd_kafka_queue_get_main(client->get())};
    const queue_handle queue{rd_kafka_queue_new(client->get())};
    const queue_handle pause{rd_kafka_queue_new(client->get())};
    const auto last = steady::now() + limit;
    for (;;) {
        auto done = try_once(client->get(), queue.get(), topics, cluster.replication);
        if (done || !done.error().is_transient()) {
            return done;
        }
        if (auto refusal = refusal_on(events.get()); !refusal.empty()) {
            return fail(failure::permanent, "broker_refused", std::move(refusal));
        }
        if (steady::now() >= last) {
            return done;
        }
        // Nothing ever arrives there: this only waits.
        const event_handle none{rd_kafka_queue_poll(pause.get(), pause_ms)};
    }
}

}  // namespace vf::kafka
