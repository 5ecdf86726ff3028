// The normaliser's settings, read once by main.
#pragma once

#include <cstddef>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/config/reader.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::normaliser {

struct settings {
    runtime::common_settings common;
    std::string database_url;
    std::size_t database_connections{0};
    kafka::cluster cluster;
    std::string replica;
    std::size_t live_consumers{0};
    bool quarantine_breaker{true};
    std::size_t soft_bounces{0};
    mail::link_keys link_keys;
    vf::duration pending_ttl{};
    vf::duration pending_sweep{};
    vf::duration erasure_interval{};
};

[[nodiscard]] settings read_settings(config::reader& reader);

}  // namespace vf::normaliser
