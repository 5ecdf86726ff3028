#include "client/topic_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace vf::kafka {

namespace {

using metadata_handle = owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using admin_options = owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using config_resource = owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using topic_span = std::span<const wire::topic_description>;

constexpr std::string_view min_insync_name = "min.insync.replicas";

std::unexpected<error> unavailable(std::string detail) {
    return fail(failure::transient, "broker_unavailable", std::move(detail));
}

std::unexpected<error> mismatch(std::string detail) {
    return fail(failure::permanent, "topic_mismatch", std::move(detail));
}

std::span<const rd_kafka_metadata_partition_t> partitions_of(const rd_kafka_metadata_topic_t& topic
) {
    return {topic.partitions, static_cast<std::size_t>(topic.partition_cnt)};
}

// More partitions than the table says are welcome: state does not depend on their number.
result<void> check_topic(
    const rd_kafka_metadata_topic_t& seen, const wire::topic_description& topic,
    const replication& replication
) {
    if (seen.partition_cnt < topic.partitions) {
        return mismatch(fmt::format(
            "{} has {} partitions, and has to have {}: add partitions to it", topic.name,
            seen.partition_cnt, topic.partitions
        ));
    }
    for (const auto& partition : partitions_of(seen)) {
        if (partition.replica_cnt < replication.factor) {
            return mismatch(fmt::format(
                "{} has {} replicas of partition {}, VF_KAFKA_REPLICATION says {}: reassign the "
                "partitions, or change the setting",
                topic.name, partition.replica_cnt, partition.id, replication.factor
            ));
        }
    }
    return {};
}

bool has_leaders(const rd_kafka_metadata_topic_t& seen) {
    return std::ranges::all_of(partitions_of(seen), [](const auto& one) {
        // A follower that is away is an error of the partition too, and no matter.
        return one.leader >= 0;
    });
}

// Of the entries of one topic: its min.insync.replicas, 0 when it is not among them.
std::int32_t min_insync_of(const rd_kafka_ConfigResource_t* resource) {
    std::size_t count = 0;
    const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
    std::int32_t number = 0;
    for (const auto* entry : std::span{entries, count}) {
        const char* value = rd_kafka_ConfigEntry_value(entry);
        if (value != nullptr && rd_kafka_ConfigEntry_name(entry) == min_insync_name) {
            const std::string_view text{value};
            std::from_chars(text.data(), text.data() + text.size(), number);
        }
    }
    return number;
}

result<void> check_resource(
    const rd_kafka_ConfigResource_t* resource, const replication& replication
) {
    const char* name = rd_kafka_ConfigResource_name(resource);
    const auto code = rd_kafka_ConfigResource_error(resource);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        return fail(
            failure::permanent, "topic_refused",
            fmt::format("{}: its settings may not be read; grant DescribeConfigs", name)
        );
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable(fmt::format("{}: {}", name, rd_kafka_err2str(code)));
    }
    const std::int32_t actual = min_insync_of(resource);
    if (actual < replication.min_insync) {
        return mismatch(fmt::format(
            "{} has min.insync.replicas={}, VF_KAFKA_MIN_INSYNC_REPLICAS says {}: alter the topic, "
            "or change the setting",
            name, actual, replication.min_insync
        ));
    }
    return {};
}

}  // namespace

result<topic_state> read_topics(
    rd_kafka_t* client, topic_span topics, const replication& replication, int timeout_ms
) {
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(client, 1, nullptr, &answer, timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable(rd_kafka_err2str(code));
    }
    const metadata_handle metadata{answer};
    const std::span seen{metadata->topics, static_cast<std::size_t>(metadata->topic_cnt)};
    topic_state state;
    for (const wire::topic_description& topic : topics) {
        const auto found = std::ranges::find(seen, topic.name, &rd_kafka_metadata_topic_t::topic);
        if (found == seen.end()) {
            state.missing.push_back(topic);
        } else if (found->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            state.leaderless = topic.name;
        } else if (auto fits = check_topic(*found, topic, replication); !fits) {
            return forward(fits);
        } else if (!has_leaders(*found)) {
            state.leaderless = topic.name;
        }
    }
    return state;
}

result<void> check_min_insync(
    rd_kafka_t* client, topic_span topics, const replication& replication, int timeout_ms
) {
    if (replication.min_insync <= 1) {
        return {};
    }
    std::vector<config_resource> resources;
    std::vector<rd_kafka_ConfigResource_t*> list;
    for (const wire::topic_description& topic : topics) {
        const std::string name{topic.name};
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
        list.push_back(resources.back().get());
    }
    const queue_handle queue{rd_kafka_queue_new(client)};
    const admin_options options{rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
    };
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(
        options.get(), timeout_ms, reason.data(), reason.size()
    );
    rd_kafka_DescribeConfigs(client, list.data(), list.size(), options.get(), queue.get());
    // The request has its own time-out; this one only guards against a lost answer.
    const event_handle event{rd_kafka_queue_poll(queue.get(), 2 * timeout_ms)};
    const auto* answer =
        event == nullptr ? nullptr : rd_kafka_event_DescribeConfigs_result(event.get());
    if (answer == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable("no answer to DescribeConfigs");
    }
    std::size_t count = 0;
    const auto** described = rd_kafka_DescribeConfigs_result_resources(answer, &count);
    for (const auto* resource : std::span{described, count}) {
        if (auto fits = check_resource(resource, replication); !fits) {
            return fits;
        }
    }
    return {};
}

}  // namespace vf::kafka
