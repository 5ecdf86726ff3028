#include "consumer/join_monitor.hpp"

namespace vf::kafka {

namespace {

using clock = std::chrono::steady_clock;

// API keys of the Kafka protocol.
constexpr int join_group = 11;
constexpr int heartbeat = 12;
constexpr int sync_group = 14;

// A join that was abandoned half-way must not hold commits for ever.
constexpr std::chrono::seconds join_limit{60};
constexpr std::chrono::seconds expected_join_limit{1};
// An answer to a heartbeat may say that the group changes; the join follows at once.
constexpr std::chrono::milliseconds heartbeat_join_limit{10};

constexpr const char* name = "vf-join-monitor";

rd_kafka_resp_err_t on_sent(
    rd_kafka_t*, int, const char*, std::int32_t, std::int16_t request, std::int16_t, std::int32_t,
    std::size_t, void* monitor
) {
    static_cast<join_monitor*>(monitor)->note_sent(request, clock::now());
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_answered(
    rd_kafka_t*, int, const char*, std::int32_t, std::int16_t request, std::int16_t, std::int32_t,
    std::size_t, std::int64_t, rd_kafka_resp_err_t error, void* monitor
) {
    const bool failed = error != RD_KAFKA_RESP_ERR_NO_ERROR;
    static_cast<join_monitor*>(monitor)->note_answered(request, failed, clock::now());
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(
    rd_kafka_t* client, const rd_kafka_conf_t*, void* monitor, char*, std::size_t
) {
    rd_kafka_interceptor_add_on_request_sent(client, name, on_sent, monitor);
    rd_kafka_interceptor_add_on_response_received(client, name, on_answered, monitor);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

void join_monitor::attach(rd_kafka_conf_t* config) {
    rd_kafka_conf_interceptor_add_on_new(config, name, on_new, this);
}

bool join_monitor::joining(time now) const {
    const auto ticks = now.time_since_epoch().count();
    return ticks < join_ends_.load() || ticks < expected_join_ends_.load();
}

void join_monitor::expect_join(time now) {
    set(expected_join_ends_, now + expected_join_limit);
}

void join_monitor::reset() {
    set(join_ends_, time{});
    set(expected_join_ends_, time{});
}

void join_monitor::note_sent(int request, time now) {
    if (request == join_group) {
        set(join_ends_, now + join_limit);
    }
}

// JoinGroup is followed by SyncGroup, whose answer is the assignment.
void join_monitor::note_answered(int request, bool failed, time now) {
    if (request == heartbeat) {
        const time end = now + heartbeat_join_limit;
        if (expected_join_ends_.load() < end.time_since_epoch().count()) {
            set(expected_join_ends_, end);
        }
    } else if (request == sync_group || (request == join_group && failed)) {
        reset();
    }
}

}  // namespace vf::kafka
