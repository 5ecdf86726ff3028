#include "vf/kafka/offset_reader.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "client/client_config.hpp"
#include "vf/runtime/blocking_pool.hpp"

namespace vf::kafka {

namespace {

constexpr int request_timeout_ms = 3'000;

using metadata_handle = owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using admin_options = owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using group_request =
    owned<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;

struct offset_request {
    rd_kafka_t* client;
    rd_kafka_queue_t* answers;
    const rd_kafka_topic_partition_list_t* partitions;
};

std::unexpected<error> unavailable(std::string detail) {
    return fail(failure::transient, "broker_unavailable", std::move(detail));
}

// As many as there are, which may be more than the table says.
result<partitions_handle> partitions_of(rd_kafka_t* client, std::string_view topic) {
    const std::string name{topic};
    const topic_handle handle{rd_kafka_topic_new(client, name.c_str(), nullptr)};
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(client, 0, handle.get(), &answer, request_timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable(rd_kafka_err2str(code));
    }
    const metadata_handle metadata{answer};
    const bool there = metadata->topic_cnt == 1 && metadata->topics[0].partition_cnt > 0;
    if (!there) {
        return unavailable("no partitions of " + name);
    }
    const int count = metadata->topics[0].partition_cnt;
    partitions_handle partitions{rd_kafka_topic_partition_list_new(count)};
    for (std::int32_t i = 0; i < count; ++i) {
        auto* partition = rd_kafka_topic_partition_list_add(partitions.get(), name.c_str(), i);
        partition->offset = RD_KAFKA_OFFSET_SPEC_LATEST;
    }
    return partitions;
}

admin_options options_for(rd_kafka_t* client, rd_kafka_admin_op_t kind) {
    admin_options options{rd_kafka_AdminOptions_new(client, kind)};
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(
        options.get(), request_timeout_ms, reason.data(), reason.size()
    );
    return options;
}

result<event_handle> wait_for_answer(rd_kafka_queue_t* answers) {
    // The request has its own time-out; this one only guards against a lost answer.
    event_handle event{rd_kafka_queue_poll(answers, 2 * request_timeout_ms)};
    if (event == nullptr) {
        return unavailable("no answer");
    }
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return unavailable(rd_kafka_event_error_string(event.get()));
    }
    return event;
}

result<std::int64_t> end_offset(const offset_request& request) {
    const auto options = options_for(request.client, RD_KAFKA_ADMIN_OP_LISTOFFSETS);
    // The list is copied; the parameter is not const by oversight.
    const partitions_handle partitions{rd_kafka_topic_partition_list_copy(request.partitions)};
    rd_kafka_ListOffsets(request.client, partitions.get(), options.get(), request.answers);
    auto event = wait_for_answer(request.answers);
    if (!event) {
        return forward(event);
    }
    std::size_t count = 0;
    const auto** infos =
        rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event->get()), &count);
    std::int64_t sum = 0;
    for (const auto* info : std::span{infos, count}) {
        const auto* partition = rd_kafka_ListOffsetsResultInfo_topic_partition(info);
        if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return unavailable(rd_kafka_err2str(partition->err));
        }
        sum += partition->offset;
    }
    return sum;
}

result<std::int64_t> committed_offset(const offset_request& request, const std::string& group) {
    const auto options = options_for(request.client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    const group_request group_request{
        rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), request.partitions)
    };
    rd_kafka_ListConsumerGroupOffsets_t* list = group_request.get();
    rd_kafka_ListConsumerGroupOffsets(request.client, &list, 1, options.get(), request.answers);
    auto event = wait_for_answer(request.answers);
    if (!event) {
        return forward(event);
    }
    std::size_t count = 0;
    const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(event->get()), &count
    );
    if (count != 1 || rd_kafka_group_result_error(groups[0]) != nullptr) {
        return unavailable("no offsets of the group");
    }
    const auto* found = rd_kafka_group_result_partitions(groups[0]);
    std::int64_t sum = 0;
    for (const auto& one : std::span{found->elems, static_cast<std::size_t>(found->cnt)}) {
        if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return unavailable(rd_kafka_err2str(one.err));
        }
        sum += std::max<std::int64_t>(one.offset, 0);
    }
    return sum;
}

}  // namespace

struct offset_reader::state {
    kafka::cluster cluster;
    std::string client_id;
    client_handle client{};
    queue_handle answers{};
    // Last, so that nothing runs when the rest is destroyed.
    runtime::blocking_pool thread{1};

    result<void> open() {
        if (client != nullptr) {
            return {};
        }
        client_config config{cluster, client_id};
        // `read` answers with the error; log lines about a broker that is away add nothing.
        config.set({{"log_level", "2"}});
        auto created = config.make(RD_KAFKA_PRODUCER);
        if (!created) {
            return forward(created);
        }
        client = std::move(*created);
        answers.reset(rd_kafka_queue_new(client.get()));
        return {};
    }

    result<group_offsets> read(const wire::topic_description& topic, const std::string& group) {
        if (auto opened = open(); !opened) {
            return forward(opened);
        }
        auto partitions = partitions_of(client.get(), topic.name);
        if (!partitions) {
            return forward(partitions);
        }
        const offset_request request{client.get(), answers.get(), partitions->get()};
        // The committed offset first, so that it is never ahead of the end.
        auto committed = committed_offset(request, group);
        if (!committed) {
            return forward(committed);
        }
        auto end = end_offset(request);
        if (!end) {
            return forward(end);
        }
        return group_offsets{*end, *committed};
    }
};

offset_reader::offset_reader(cluster cluster, std::string client_id)
    : state_{std::make_unique<state>(std::move(cluster), std::move(client_id))} {}

offset_reader::~offset_reader() = default;

runtime::task<result<group_offsets>> offset_reader::read(
    wire::topic_description topic, std::string_view group
) {
    auto& state = *state_;
    auto work = [&state, topic, name = std::string{group}] { return state.read(topic, name); };
    co_return co_await state.thread.run(std::move(work));
}

}  // namespace vf::kafka
