#include "console/config.hpp"

namespace vf::console {

namespace {

constexpr std::size_t token_bytes_min = 16;

std::string read_database_url(config::reader& from) {
    return from.secret("VF_DATABASE_URL", "Postgres, as postgresql://user:password@host/database");
}

std::string read_brokers(config::reader& from) {
    return from.text("VF_KAFKA_BROKERS", "Kafka bootstrap servers, host:port[,host:port]");
}

}  // namespace

settings read_settings(config::reader& from) {
    settings made;
    made.common = runtime::read_common(from);
    made.database_url = read_database_url(from);
    made.database_connections = from.integer(
        "VF_DATABASE_CONNECTIONS", 4, 1, 200, "Connections to Postgres of this process"
    );
    made.brokers = read_brokers(from);
    made.listen = from.address(
        "VF_LISTEN", "127.0.0.1:8090", "Where the console API is served; never a public address"
    );
    made.admin_token = from.secret("VF_ADMIN_TOKEN", "Bearer token of the console API");
    if (!made.admin_token.empty() && made.admin_token.size() < token_bytes_min) {
        from.fault("VF_ADMIN_TOKEN", "must have at least 16 characters");
    }
    const auto master =
        from.secret("VF_MASTER_KEY", "Base64 of the 32 bytes that seal secrets at rest");
    if (auto key = crypto::master_key::from_base64(master)) {
        made.master = std::move(*key);
    } else if (!master.empty()) {
        from.fault("VF_MASTER_KEY", "must be base64 of exactly 32 bytes");
    }
    made.erasure_interval = from.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    if (made.erasure_interval <= vf::duration{0}) {
        from.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    const auto ranges = from.text(
        "VF_EGRESS_ALLOW", "",
        "CIDRs that webhooks may reach though they are private, and with plain http; for "
        "development"
    );
    if (auto policy = http::egress_policy::parse(ranges)) {
        made.egress = std::move(*policy);
    } else {
        from.fault("VF_EGRESS_ALLOW", "must be comma-separated CIDRs");
    }
    return made;
}

migrate_settings read_migrate_settings(config::reader& from) {
    migrate_settings made;
    made.database_url = read_database_url(from);
    made.brokers = read_brokers(from);
    made.migrations_dir =
        from.text("VF_MIGRATIONS_DIR", "deploy/migrations", "Folder of the migrations");
    return made;
}

}  // namespace vf::console
