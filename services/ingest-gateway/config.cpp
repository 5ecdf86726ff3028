#include "ingest-gateway/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "vf/base/time_text.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view off = "off";

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc{} && stopped == end && number > 0 ? std::optional{number}
                                                                 : std::nullopt;
}

std::optional<double>* member_of(rate_limits& limits, std::string_view kind) {
    if (kind == "single") {
        return &limits.single;
    }
    if (kind == "batch") {
        return &limits.batch;
    }
    return kind == "bulk" ? &limits.bulk : nullptr;
}

void read_rate_limits(config::reader& reader, quota_settings& settings) {
    constexpr std::string_view name = "VF_RATE_LIMITS";
    const auto pairs = reader.list(
        name, "single=1000,batch=50,bulk=10",
        "Requests a second of one project by kind of endpoint, or off"
    );
    if (pairs.size() == 1 && pairs.front() == off) {
        settings.limited = false;
        return;
    }
    for (const auto& part : pairs) {
        const auto equals = part.find('=');
        const std::string_view all{part};
        auto* member = member_of(settings.requests, all.substr(0, equals));
        const auto number =
            equals == std::string::npos ? std::nullopt : whole_number(all.substr(equals + 1));
        if (member == nullptr || !number || *member) {
            reader.fault(name, "must be off or single=N,batch=N,bulk=N with N of at least 1");
            return;
        }
        *member = *number;
    }
}

quota_settings read_quotas(config::reader& reader) {
    quota_settings quotas;
    read_rate_limits(reader, quotas);
    constexpr std::string_view flood_name = "VF_FLOOD_LIMIT";
    const auto flood = reader.text(
        flood_name, "5000",
        "Records a second of one project; above it for ten seconds, its traffic goes to the"
        " backfill lane; or off"
    );
    if (flood != off) {
        const auto number = whole_number(flood);
        if (!number) {
            reader.fault(flood_name, "must be off or a whole number of at least 1");
        }
        quotas.flood = number.value_or(1);
    }
    quotas.backlog_max = static_cast<std::size_t>(reader.integer(
        "VF_BACKFILL_QUEUE_MAX", 50'000, 1, 1'000'000'000,
        "Records of one project that may wait in the backfill lane before bulk answers 429"
    ));
    return quotas;
}

std::optional<vf::duration> read_unless_off(
    config::reader& reader, std::string_view name, std::string_view fallback, std::string_view help
) {
    const auto text = reader.text(name, fallback, help);
    if (text == off) {
        return std::nullopt;
    }
    const auto interval = parse_duration(text);
    if (!interval || *interval <= vf::duration::zero()) {
        reader.fault(name, "must be a duration, or off");
        return std::nullopt;
    }
    return *interval;
}

std::size_t read_loops(config::reader& reader) {
    const auto loops = reader.integer(
        "VF_LOOPS", 0, 0, 256,
        "Event loops that serve the public port; 0: one for each CPU this process may use, 8 at "
        "most"
    );
    if (loops > 0) {
        return static_cast<std::size_t>(loops);
    }
    // A container on a large machine sees all of its CPUs and may use few.
    constexpr std::size_t default_max = 8;
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, default_max);
}

http::body_limits read_body_limits(config::reader& reader) {
    // The least has room for any body there may be.
    const auto megabytes = reader.integer(
        "VF_BODY_BUDGET", 96, 8, 65'536,
        "Megabytes of request bodies held over all connections; of one project, a quarter"
    );
    http::body_limits limits;
    limits.total = static_cast<std::size_t>(megabytes) << 20U;
    limits.share = limits.total / 4;
    return limits;
}

void read_link_keys(config::reader& reader, settings& settings) {
    constexpr std::string_view name = "VF_LINK_KEYS";
    const auto text = reader.secret(
        name,
        "Keys that links in mails are signed under, 1:<base64 of 32 bytes>,2:…: the highest version"
        " signs, every one verifies"
    );
    auto keys = mail::link_keys::parse(text);
    if (keys) {
        settings.link_keys = std::move(*keys);
    } else if (!text.empty()) {
        reader.fault(name, keys.error().detail);
    }
}

http::body_limits read_large_body_limits(config::reader& reader) {
    const auto megabytes = reader.integer(
        "VF_LARGE_BODY_BUDGET", 128, 64, 65'536,
        "Megabytes held of mail that is larger than usual, beside those of VF_BODY_BUDGET; of one "
        "project, a half"
    );
    http::body_limits limits;
    limits.name = "large";
    limits.total = static_cast<std::size_t>(megabytes) << 20U;
    limits.share = limits.total / 2;
    return limits;
}

}  // namespace

std::optional<tls_settings> read_tls(config::reader& reader) {
    constexpr std::string_view listen = "VF_TLS_LISTEN";
    constexpr std::string_view certificate = "VF_TLS_CERTIFICATE";
    constexpr std::string_view key = "VF_TLS_KEY";
    tls_settings tls;
    tls.listen = reader.address(
        listen, "", "Where the public API is served over TLS; VF_LISTEN then redirects there"
    );
    // No secret, but its many lines are of no use in the log of settings.
    tls.certificate = reader.secret(certificate, "", "PEM of the certificate, then of its chain");
    tls.key = reader.secret(key, "", "PEM of the certificate's private key, without a passphrase");
    tls.public_port = static_cast<std::uint16_t>(reader.integer(
        "VF_TLS_PUBLIC_PORT", 443, 1, 65'535, "The port of VF_TLS_LISTEN as the public knows it"
    ));
    const std::array present{
        std::pair{listen, !tls.listen.host.empty()},
        std::pair{certificate, !tls.certificate.empty()},
        std::pair{key, !tls.key.empty()},
    };
    const auto is_set = [](const auto& each) { return each.second; };
    if (std::ranges::none_of(present, is_set)) {
        return std::nullopt;
    }
    for (const auto& [name, set] : present) {
        if (!set) {
            reader.fault(name, "is missing: TLS takes an address, a certificate and its key");
        }
    }
    return tls;
}

settings read_settings(config::reader& reader) {
    settings settings;
    settings.common = runtime::read_common(reader);
    settings.listen =
        reader.address("VF_LISTEN", "127.0.0.1:8080", "Where the public API is served");
    settings.database_url = reader.secret("VF_DATABASE_URL", "PostgreSQL connection URL");
    settings.database_connections = static_cast<std::size_t>(reader.integer(
        "VF_DATABASE_CONNECTIONS", 4, 1, 64,
        "Connections to PostgreSQL for look-ups, shared out among the loops, one each at least"
    ));
    settings.cluster = kafka::read_cluster(reader);
    const auto partition_interval = read_unless_off(
        reader, "VF_PARTITION_INTERVAL", "2ms",
        "How long all records go to one partition of their lane before it is the next one's turn; "
        "or off: each to that of its user"
    );
    settings.partition_interval = partition_interval.value_or(vf::duration::zero());
    settings.tls = read_tls(reader);
    settings.loops = read_loops(reader);
    settings.bodies = read_body_limits(reader);
    settings.large_bodies = read_large_body_limits(reader);
    settings.quotas = read_quotas(reader);
    settings.probe_interval = read_unless_off(
        reader, "VF_PROBE_INTERVAL", "60s",
        "How often a record of nobody is sent to measure the way to the tables; or off"
    );
    settings.cache_directory = reader.text(
        "VF_CACHE_DIR", "",
        "Directory for what is worth keeping over a restart: the keys seen lately, sealed"
    );
    settings.key_outage = reader.duration(
        "VF_KEY_OUTAGE_LIMIT", "6h",
        "How long after it was read last a key is taken while the database is away; a key revoked "
        "meanwhile works as long"
    );
    const auto key = reader.secret(
        "VF_MASTER_KEY", "Base64 of the 32 bytes that stored secrets are sealed under"
    );
    auto opened = crypto::master_key::from_base64(key);
    if (opened) {
        settings.master_key = std::move(*opened);
    } else if (!key.empty()) {
        reader.fault("VF_MASTER_KEY", "must be base64 of exactly 32 bytes");
    }
    read_link_keys(reader, settings);
    return settings;
}

}  // namespace vf::ingest_gateway
