#include "consumer/instance_watch.hpp"

#include <array>
#include <span>
#include <string_view>

namespace vf::kafka {

namespace {

using admin_options = owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

constexpr int request_timeout_ms = 3'000;

bool has_instance(const rd_kafka_ConsumerGroupDescription_t& group, std::string_view instance) {
    const std::size_t count = rd_kafka_ConsumerGroupDescription_member_count(&group);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* member = rd_kafka_ConsumerGroupDescription_member(&group, i);
        const char* id = rd_kafka_MemberDescription_group_instance_id(member);
        if (id != nullptr && instance == id) {
            return true;
        }
    }
    return false;
}

}  // namespace

instance_watch::instance_watch(rd_kafka_t* client, std::string group, std::string instance)
    : client_{client},
      group_{std::move(group)},
      instance_{std::move(instance)},
      answers_{rd_kafka_queue_new(client)} {}

instance_watch::~instance_watch() {
    if (asking_) {
        // The request has its own time-out; this one only guards against a lost answer.
        const event_handle answer{rd_kafka_queue_poll(answers_.get(), 2 * request_timeout_ms)};
    }
}

void instance_watch::ask() {
    if (asking_) {
        return;
    }
    const admin_options options{
        rd_kafka_AdminOptions_new(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS)
    };
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(
        options.get(), request_timeout_ms, reason.data(), reason.size()
    );
    std::array<const char*, 1> groups{group_.c_str()};
    rd_kafka_DescribeConsumerGroups(
        client_, groups.data(), groups.size(), options.get(), answers_.get()
    );
    asking_ = true;
}

std::optional<bool> instance_watch::taken() {
    const event_handle event{rd_kafka_queue_poll(answers_.get(), 0)};
    if (event == nullptr) {
        return std::nullopt;
    }
    asking_ = false;
    const auto* answer = rd_kafka_event_DescribeConsumerGroups_result(event.get());
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR || answer == nullptr) {
        return std::nullopt;
    }
    std::size_t count = 0;
    const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(answer, &count);
    if (count != 1 || rd_kafka_ConsumerGroupDescription_error(groups[0]) != nullptr) {
        return std::nullopt;
    }
    return has_instance(*groups[0], instance_);
}

}  // namespace vf::kafka
