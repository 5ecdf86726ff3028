#include "config.hpp"

#include <utility>

namespace vf::ingest_gateway {

settings read_settings(config::reader& from) {
    settings read;
    read.common = runtime::read_common(from);
    read.listen = from.address("VF_LISTEN", "127.0.0.1:8080", "Where the public API is served");
    read.database_url = from.secret("VF_DATABASE_URL", "PostgreSQL connection URL");
    read.database_connections = static_cast<std::size_t>(from.integer(
        "VF_DATABASE_CONNECTIONS", 4, 1, 64, "Connections to PostgreSQL kept by this process"
    ));
    read.kafka_brokers = from.text("VF_KAFKA_BROKERS", "Kafka bootstrap brokers, host:port,…");
    const auto key =
        from.secret("VF_MASTER_KEY", "Base64 of the 32 bytes that stored secrets are sealed under");
    auto opened = crypto::master_key::from_base64(key);
    if (opened) {
        read.master_key = std::move(*opened);
    } else if (!key.empty()) {
        from.fault("VF_MASTER_KEY", "must be base64 of exactly 32 bytes");
    }
    return read;
}

}  // namespace vf::ingest_gateway
