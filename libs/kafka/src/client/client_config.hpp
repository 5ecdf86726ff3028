// Builds a librdkafka client from settings. Called when a producer, a source or the admin is
// created; any thread. Errors: permanent/kafka_configuration.
#pragma once

#include <initializer_list>
#include <string>

#include "client/handles.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/kafka/cluster.hpp"

namespace vf::kafka {

struct setting {
    const char* name;
    std::string value;
};

// Milliseconds as librdkafka reads them: whole ones, never 0 for a positive span.
[[nodiscard]] std::string to_milliseconds(vf::duration span);

// Whether this librdkafka can ask an OpenID provider for tokens.
[[nodiscard]] bool can_fetch_tokens();

class client_config {
public:
    // Starts with what all our clients share.
    client_config(const cluster& cluster, const std::string& client_id);

    client_config& set(std::initializer_list<setting> settings);
    // The kinds of events (RD_KAFKA_EVENT_…) that arrive on the queue.
    client_config& events(int kinds);

    [[nodiscard]] rd_kafka_conf_t* get() const { return config_.get(); }

    [[nodiscard]] result<client_handle> make(rd_kafka_type_t type);

private:
    void set_security(const cluster& cluster);

    config_handle config_;
    bool fetches_tokens_{false};
    std::string fault_;
};

}  // namespace vf::kafka
