#include "webhook-dispatcher/config.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "vf/crypto/sealed_secret.hpp"
#include "vf/kafka/replica.hpp"

namespace vf::webhook_dispatcher {

namespace {

// A field name of HTTP, as far as anybody would want one.
bool is_header_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return !name.empty() && std::ranges::all_of(name, fits);
}

// A look-up and the probe after it end before the attempt does.
constexpr vf::duration name_limit_max = std::chrono::seconds{7};

void read_names(settings& settings, config::reader& reader) {
    auto servers = http::parse_name_servers(reader.text(
        "VF_NAME_SERVERS", "",
        "addresses of name servers, each with a port or not, comma-separated; "
        "those of /etc/resolv.conf when empty"
    ));
    if (servers) {
        settings.name_servers = std::move(*servers);
    } else {
        reader.fault("VF_NAME_SERVERS", servers.error().detail);
    }
    settings.name_limit =
        reader.duration("VF_NAME_LIMIT", "5s", "how long the look-up of a name may take");
    if (settings.name_limit < std::chrono::milliseconds{10} ||
        settings.name_limit > name_limit_max) {
        reader.fault("VF_NAME_LIMIT", "must be between 10ms and 7s");
    }
}

void check(const settings& settings, config::reader& reader) {
    if (!settings.master_key.empty() && !crypto::master_key::from_base64(settings.master_key)) {
        reader.fault("VF_MASTER_KEY", "must be the base64 of exactly 32 bytes");
    }
    if (settings.sweep_interval <= vf::duration{0}) {
        reader.fault("VF_SWEEP_INTERVAL", "must be longer than nothing");
    }
    if (settings.erasure_interval <= vf::duration{0}) {
        reader.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    if (!is_header_name(settings.signature_header)) {
        reader.fault("VF_SIGNATURE_HEADER", "must be the name of an HTTP header");
    }
}

}  // namespace

settings read_settings(config::reader& reader) {
    settings settings;
    settings.common = runtime::read_common(reader);
    settings.database_url = reader.secret("VF_DATABASE_URL", "URL of the Postgres database");
    settings.database_connections = static_cast<std::size_t>(
        reader.integer("VF_DATABASE_CONNECTIONS", 6, 1, 64, "connections to Postgres")
    );
    settings.cluster = kafka::read_cluster(reader);
    settings.replica = kafka::read_replica(reader);
    settings.master_key =
        reader.secret("VF_MASTER_KEY", "base64 of the 32 bytes that seal secrets");
    settings.retry_schedule = reader.durations(
        "VF_RETRY_SCHEDULE", "0s,30s,2m,10m,30m,2h,6h,12h",
        "the delay before each attempt of a delivery; as many attempts as there are delays"
    );
    settings.sweep_interval = reader.duration(
        "VF_SWEEP_INTERVAL", "1s", "how often the database is asked for deliveries that are due"
    );
    settings.erasure_interval = reader.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    settings.signature_header = reader.text(
        "VF_SIGNATURE_HEADER", "X-Vibefollow-Signature", "the header that carries the signature"
    );
    const auto allowed = reader.text(
        "VF_EGRESS_ALLOW", "",
        "address ranges (CIDR, comma-separated) opened to webhooks, with http, for development"
    );
    auto policy = http::egress_policy::parse(allowed);
    if (policy) {
        settings.egress = std::move(*policy);
    } else {
        reader.fault("VF_EGRESS_ALLOW", policy.error().detail);
    }
    read_names(settings, reader);
    check(settings, reader);
    return settings;
}

}  // namespace vf::webhook_dispatcher
