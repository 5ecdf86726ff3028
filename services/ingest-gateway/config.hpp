// The gateway's settings, read once by main.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "vf/config/reader.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/runtime/service_main.hpp"

namespace vf::ingest_gateway {

struct settings {
    runtime::common_settings common;
    config::address listen;
    std::string database_url;
    std::size_t database_connections{0};
    std::string kafka_brokers;
    std::optional<crypto::master_key> master_key;  // there whenever the reader found no fault
};

[[nodiscard]] settings read_settings(config::reader& from);

}  // namespace vf::ingest_gateway
