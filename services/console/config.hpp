// Settings of the console, and of `console migrate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vf/config/reader.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/http/egress_policy.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::console {

struct settings {
    runtime::common_settings common;
    std::string database_url;
    std::int64_t database_connections{4};
    kafka::cluster cluster;
    std::string replica;
    config::address listen;
    std::string admin_token;
    vf::duration erasure_interval{};
    std::optional<crypto::master_key> master;  // there once the reader has no faults
    http::egress_policy egress;
    std::optional<mail::link_keys> links;  // there once the reader has no faults
    std::string public_url;                // of the gateway, without a slash at its end
};

[[nodiscard]] settings read_settings(config::reader& reader);

struct migrate_settings {
    std::string database_url;
    kafka::cluster cluster;
    std::string migrations_dir;
};

[[nodiscard]] migrate_settings read_migrate_settings(config::reader& reader);

}  // namespace vf::console
