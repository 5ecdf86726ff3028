// The keys and passwords a gateway has seen, as they go to disk and come back: what it starts with
// when the database is away. Secret: see `snapshot_file`. Core.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest-gateway/auth/credentials.hpp"
#include "ingest-gateway/auth/customer.hpp"
#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

struct seen_customer {
    std::string key_digest;
    ingest_gateway::customer customer;
    instant read_at{};  // from the database
};

struct seen_provider {
    std::string project;
    basic_credentials credentials;
    instant read_at{};
};

struct key_snapshot {
    std::vector<seen_customer> customers;
    std::vector<seen_provider> providers;
};

[[nodiscard]] std::string encode(const key_snapshot& snapshot);

// Nothing when it is not what `encode` writes, to the last byte.
[[nodiscard]] std::optional<key_snapshot> decode_key_snapshot(std::string_view text);

}  // namespace vf::ingest_gateway
