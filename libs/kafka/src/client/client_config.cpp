#include "client/client_config.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

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

bool can_fetch_tokens() {
    const config_handle config{rd_kafka_conf_new()};
    return rd_kafka_conf_set(config.get(), "sasl.oauthbearer.method", "oidc", nullptr, 0) ==
           RD_KAFKA_CONF_OK;
}

client_config::client_config(const cluster& cluster, const std::string& client_id)
    : config_{rd_kafka_conf_new()} {
    // A broker that comes back is found within a second, not within the default ten.
    set({
        {"bootstrap.servers", cluster.brokers},
        {"client.rack", cluster.rack},
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
    set_security(cluster);
}

void client_config::set_security(const cluster& cluster) {
    const auto& [tls, sasl] = std::tie(cluster.tls, cluster.sasl);
    const std::string transport = tls.enabled ? "ssl" : "plaintext";
    set({{"security.protocol", sasl.mechanism.empty() ? transport : "sasl_" + transport}});
    if (tls.enabled) {
        set({{"ssl.endpoint.identification.algorithm", tls.verify_name ? "https" : "none"}});
    }
    if (!tls.ca.empty()) {
        set({{"ssl.ca.pem", tls.ca}});
    }
    if (!tls.certificate.empty()) {
        set({{"ssl.certificate.pem", tls.certificate}, {"ssl.key.pem", tls.key}});
    }
    if (sasl.mechanism.empty()) {
        return;
    }
    set({{"sasl.mechanism", sasl.mechanism}});
    fetches_tokens_ = sasl.mechanism == "OAUTHBEARER";
    if (!fetches_tokens_) {
        set({{"sasl.username", sasl.username}, {"sasl.password", sasl.password}});
        return;
    }
    set({
        {"sasl.oauthbearer.method", "oidc"},
        {"sasl.oauthbearer.token.endpoint.url", sasl.oauth.token_url},
        {"sasl.oauthbearer.client.id", sasl.oauth.client_id},
        {"sasl.oauthbearer.client.secret", sasl.oauth.client_secret},
        {"sasl.oauthbearer.scope", sasl.oauth.scope},
        {"sasl.oauthbearer.extensions", sasl.oauth.extensions},
    });
    // A request for a token blocks: it has a thread of its own, see `make`.
    rd_kafka_conf_enable_sasl_queue(config_.get(), 1);
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
    client_handle owner{client, destroy_client};
    if (fetches_tokens_) {
        const error_handle refused{rd_kafka_sasl_background_callbacks_enable(client)};
        if (refused != nullptr) {
            return fail(
                failure::permanent, "kafka_configuration", rd_kafka_error_string(refused.get())
            );
        }
    }
    return owner;
}

}  // namespace vf::kafka
