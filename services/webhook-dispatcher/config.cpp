#include "webhook-dispatcher/config.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "vf/crypto/sealed_secret.hpp"

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

void check(const settings& made, config::reader& from) {
    if (!made.master_key.empty() && !crypto::master_key::from_base64(made.master_key)) {
        from.fault("VF_MASTER_KEY", "must be the base64 of exactly 32 bytes");
    }
    if (made.sweep_interval <= vf::duration{0}) {
        from.fault("VF_SWEEP_INTERVAL", "must be longer than nothing");
    }
    if (made.erasure_interval <= vf::duration{0}) {
        from.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    if (!is_header_name(made.signature_header)) {
        from.fault("VF_SIGNATURE_HEADER", "must be the name of an HTTP header");
    }
}

}  // namespace

settings read_settings(config::reader& from) {
    settings made;
    made.common = runtime::read_common(from);
    made.database_url = from.secret("VF_DATABASE_URL", "URL of the Postgres database");
    made.database_connections = static_cast<std::size_t>(
        from.integer("VF_DATABASE_CONNECTIONS", 6, 1, 64, "connections to Postgres")
    );
    made.kafka_brokers = from.text("VF_KAFKA_BROKERS", "bootstrap servers, comma-separated");
    made.master_key = from.secret("VF_MASTER_KEY", "base64 of the 32 bytes that seal secrets");
    made.retry_schedule = from.durations(
        "VF_RETRY_SCHEDULE", "0s,30s,2m,10m,30m,2h,6h,12h",
        "the delay before each attempt of a delivery; as many attempts as there are delays"
    );
    made.sweep_interval = from.duration(
        "VF_SWEEP_INTERVAL", "1s", "how often the database is asked for deliveries that are due"
    );
    made.erasure_interval = from.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    made.signature_header = from.text(
        "VF_SIGNATURE_HEADER", "X-Vibefollow-Signature", "the header that carries the signature"
    );
    const auto allowed = from.text(
        "VF_EGRESS_ALLOW", "",
        "address ranges (CIDR, comma-separated) opened to webhooks, with http, for development"
    );
    auto policy = http::egress_policy::parse(allowed);
    if (policy) {
        made.egress = std::move(*policy);
    } else {
        from.fault("VF_EGRESS_ALLOW", policy.error().detail);
    }
    check(made, from);
    return made;
}

}  // namespace vf::webhook_dispatcher
