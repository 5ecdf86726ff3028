#include "vf/config/names.hpp"

#include <array>

namespace vf::config {

namespace {

using namespace std::string_view_literals;

// One name a line, sorted.
constexpr std::array names{
    "VF_ADMIN_LISTEN"sv,
    "VF_ADMIN_TOKEN"sv,
    "VF_ADMIN_URL_"sv,
    "VF_API_KEY"sv,
    "VF_BACKFILL_QUEUE_MAX"sv,
    "VF_BODY_BUDGET"sv,
    "VF_BUILD_DIR"sv,
    "VF_BUILD_JOBS"sv,
    "VF_CACHE_DIR"sv,
    "VF_CLOCK_GRACE"sv,
    "VF_CONSOLE_URL"sv,
    "VF_DATABASE_CONNECTIONS"sv,
    "VF_DATABASE_URL"sv,
    "VF_DEPS_PREFIX"sv,
    "VF_DRAIN_LIMIT"sv,
    "VF_EGRESS_ALLOW"sv,
    "VF_ERASURE_INTERVAL"sv,
    "VF_EVALUATION_INTERVAL"sv,
    "VF_FLOOD_LIMIT"sv,
    "VF_INGEST_URL"sv,
    "VF_KAFKA_BROKERS"sv,
    "VF_KAFKA_LIBS"sv,
    "VF_KAFKA_MIN_INSYNC_REPLICAS"sv,
    "VF_KAFKA_OAUTH_CLIENT_ID"sv,
    "VF_KAFKA_OAUTH_CLIENT_SECRET"sv,
    "VF_KAFKA_OAUTH_EXTENSIONS"sv,
    "VF_KAFKA_OAUTH_SCOPE"sv,
    "VF_KAFKA_OAUTH_TOKEN_URL"sv,
    "VF_KAFKA_RACK"sv,
    "VF_KAFKA_REPLICATION"sv,
    "VF_KAFKA_SASL_MECHANISM"sv,
    "VF_KAFKA_SASL_PASSWORD"sv,
    "VF_KAFKA_SASL_USERNAME"sv,
    "VF_KAFKA_TLS"sv,
    "VF_KAFKA_TLS_CA"sv,
    "VF_KAFKA_TLS_CERTIFICATE"sv,
    "VF_KAFKA_TLS_KEY"sv,
    "VF_KAFKA_TLS_VERIFY_NAME"sv,
    "VF_KEY_OUTAGE_LIMIT"sv,
    "VF_LARGE_BODY_BUDGET"sv,
    "VF_LINK_KEYS"sv,
    "VF_LISTEN"sv,
    "VF_LIVE_CONSUMERS"sv,
    "VF_LOG_LEVEL"sv,
    "VF_LOOPS"sv,
    "VF_MASTER_KEY"sv,
    "VF_MIGRATIONS_DIR"sv,
    "VF_NAME_LIMIT"sv,
    "VF_NAME_SERVERS"sv,
    "VF_PARTITION_INTERVAL"sv,
    "VF_PENDING_SWEEP"sv,
    "VF_PENDING_TTL"sv,
    "VF_PG_BIN"sv,
    "VF_PORT_BASE"sv,
    "VF_PROBE_INTERVAL"sv,
    "VF_PROJECT_ID"sv,
    "VF_PUBLIC_URL"sv,
    "VF_QUARANTINE_BREAKER"sv,
    "VF_RATE_LIMITS"sv,
    "VF_REPLICA"sv,
    "VF_RETRY_SCHEDULE"sv,
    "VF_RUN_DIR"sv,
    "VF_SERVICES_DIR"sv,
    "VF_SIGNATURE_HEADER"sv,
    "VF_SOFT_BOUNCES"sv,
    "VF_START_LIMIT"sv,
    "VF_SWEEP_INTERVAL"sv,
    "VF_TEST_"sv,
    "VF_TLS_CERTIFICATE"sv,
    "VF_TLS_KEY"sv,
    "VF_TLS_LISTEN"sv,
    "VF_TLS_PUBLIC_PORT"sv,
};

}  // namespace

std::span<const std::string_view> known_names() {
    return names;
}

}  // namespace vf::config
