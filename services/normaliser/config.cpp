#include "config.hpp"

namespace vf::normaliser {

settings read_settings(config::reader& from) {
    settings read;
    read.common = runtime::read_common(from);
    read.database_url = from.secret("VF_DATABASE_URL", "PostgreSQL connection URL");
    // One for each consumer and one for the upkeep of partitions.
    read.database_connections = static_cast<std::size_t>(from.integer(
        "VF_DATABASE_CONNECTIONS", 4, 1, 64, "Connections to PostgreSQL kept by this process"
    ));
    read.kafka_brokers = from.text("VF_KAFKA_BROKERS", "Kafka bootstrap brokers, host:port,…");
    return read;
}

}  // namespace vf::normaliser
