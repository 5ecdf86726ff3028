#include "normaliser/config.hpp"

#include <string_view>
#include <utility>

#include "vf/kafka/replica.hpp"

namespace vf::normaliser {

namespace {

void read_link_keys(config::reader& reader, settings& read) {
    constexpr std::string_view name = "VF_LINK_KEYS";
    const auto text = reader.secret(
        name, "Keys that mailboxes of replies are signed under, as the ingest-gateway has them"
    );
    auto keys = mail::link_keys::parse(text);
    if (keys) {
        read.link_keys = std::move(*keys);
    } else if (!text.empty()) {
        reader.fault(name, keys.error().detail);
    }
}

}  // namespace

settings read_settings(config::reader& reader) {
    settings read;
    read.common = runtime::read_common(reader);
    read.database_url = reader.secret("VF_DATABASE_URL", "PostgreSQL connection URL");
    // One for each consumer of records of usual size, and one for upkeep.
    read.database_connections = static_cast<std::size_t>(reader.integer(
        "VF_DATABASE_CONNECTIONS", 5, 1, 64, "Connections to PostgreSQL kept by this process"
    ));
    read.cluster = kafka::read_cluster(reader);
    read.replica = kafka::read_replica(reader);
    read.live_consumers = static_cast<std::size_t>(reader.integer(
        "VF_LIVE_CONSUMERS", 2, 1, 12, "Members of this process that read live traffic"
    ));
    read.quarantine_breaker = reader.boolean(
        "VF_QUARANTINE_BREAKER", true,
        "stop when most of a batch would be set aside for what the door makes impossible"
    );
    read_link_keys(reader, read);
    read.soft_bounces = static_cast<std::size_t>(reader.integer(
        "VF_SOFT_BOUNCES", 3, 1, 100, "Soft bounces in a row that suppress an address"
    ));
    read.pending_ttl = reader.duration(
        "VF_PENDING_TTL", "30d", "how long an event waits for its user before it is shown as such"
    );
    read.pending_sweep = reader.duration(
        "VF_PENDING_SWEEP", "60s", "how often events that waited too long are looked for"
    );
    if (read.pending_sweep <= vf::duration::zero()) {
        reader.fault("VF_PENDING_SWEEP", "must be longer than nothing");
    }
    read.erasure_interval = reader.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    if (read.erasure_interval <= vf::duration::zero()) {
        reader.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    return read;
}

}  // namespace vf::normaliser
