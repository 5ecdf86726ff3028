// The gateway's settings, read once by main.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ingest-gateway/limits/quotas.hpp"
#include "vf/config/reader.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/http/body_budget.hpp"
#include "vf/kafka/cluster.hpp"
#include "vf/mail/link_tokens.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::ingest_gateway {

struct tls_settings {
    config::address listen;
    std::string certificate;  // the chain, PEM
    std::string key;          // PEM
    // Where clients reach `listen`, which may be behind a load balancer.
    std::uint16_t public_port{443};
};

struct settings {
    runtime::common_settings common;
    config::address listen;
    std::string database_url;
    std::size_t database_connections{0};
    kafka::cluster cluster;
    vf::duration partition_interval{};  // zero: by key
    std::optional<tls_settings> tls;    // then `listen` only redirects
    std::size_t loops{1};
    http::body_limits bodies;
    http::body_limits large_bodies;
    quota_settings quotas;
    std::optional<vf::duration> probe_interval;  // empty: no probes
    std::string cache_directory;                 // empty: nothing is kept over a restart
    vf::duration key_outage{};
    // Always there when the reader found no fault.
    std::optional<crypto::master_key> master_key;
    std::optional<mail::link_keys> link_keys;
};

[[nodiscard]] settings read_settings(config::reader& reader);

// The part that may change while the process runs: a fresh reader of the same environment reads
// the files again.
[[nodiscard]] std::optional<tls_settings> read_tls(config::reader& reader);

}  // namespace vf::ingest_gateway
