#include "client/client_config.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vf::kafka {

namespace {

void destroy_client(rd_kafka_t* client) {
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

}  // namespace

std::string to_milliseconds(vf::duration span) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(span).count();
    return std::to_string(std::max<std::int64_t>(whole, 0));
}

client_config::client_config(const std::string& brokers, const std::string& client_id)
    : config_{rd_kafka_conf_new()} {
    // A broker that comes back is found within a second, not within the default ten.
    set({
        {"bootstrap.servers", brokers},
        {"client.id", client_id},
        {"socket.nagle.disable", "true"},
        {"socket.keepalive.enable", "true"},
        {"socket.connection.setup.timeout.ms", "5000"},
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "1000"},
        {"topic.metadata.refresh.interval.ms", "10000"},
        {"enable.metrics.push", "false"},
        {"log.connection.close", "false"},
        {"log.thread.name", "false"},
    });
}

client_config& client_config::set(std::initializer_list<setting> settings) {
    std::array<char, 512> reason{};
    for (const setting& one : settings) {
        const auto outcome = rd_kafka_conf_set(
            config_.get(), one.name, one.value.c_str(), reason.data(), reason.size()
        );
        if (outcome != RD_KAFKA_CONF_OK && fault_.empty()) {
            fault_ = reason.data();
        }
    }
    return *this;
}

client_config& client_config::events(int kinds) {
    rd_kafka_conf_set_events(config_.get(), kinds);
    return *this;
}

result<client_handle> client_config::make(rd_kafka_type_t type) {
    if (!fault_.empty()) {
        return fail(failure::permanent, "kafka_configuration", fault_);
    }
    std::array<char, 512> reason{};
    rd_kafka_t* client = rd_kafka_new(type, config_.get(), reason.data(), reason.size());
    if (client == nullptr) {
        return fail(failure::permanent, "kafka_configuration", reason.data());
    }
    // The client owns the configuration from here, and only when it was created.
    std::ignore = config_.release();
    return client_handle{client, destroy_client};
}

}  // namespace vf::kafka
