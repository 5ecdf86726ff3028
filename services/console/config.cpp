#include "console/config.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "vf/kafka/replica.hpp"

namespace vf::console {

namespace {

constexpr std::size_t token_bytes_min = 16;

std::string read_database_url(config::reader& reader) {
    return reader.secret(
        "VF_DATABASE_URL", "Postgres, as postgresql://user:password@host/database"
    );
}

void read_link_keys(config::reader& reader, settings& settings) {
    constexpr std::string_view name = "VF_LINK_KEYS";
    const auto text = reader.secret(
        name,
        "Keys that links in mails are signed under, 1:<base64 of 32 bytes>,2:…: the highest version"
        " signs, every one verifies"
    );
    if (auto keys = mail::link_keys::parse(text)) {
        settings.links = std::move(*keys);
    } else if (!text.empty()) {
        reader.fault(name, keys.error().detail);
    }
}

// It stands in a header between < and >.
bool is_plain_url(std::string_view url) {
    const auto scheme = url.find("://");
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    const auto is_plain = [](char c) {
        return c > ' ' && c < '\x7F' &&
               std::string_view{"<>\"\\?#"}.find(c) == std::string_view::npos;
    };
    return web && scheme + 3 < url.size() && url[scheme + 3] != '/' &&
           std::ranges::all_of(url, is_plain);
}

void read_public_url(config::reader& reader, settings& settings) {
    constexpr std::string_view name = "VF_PUBLIC_URL";
    auto url = reader.text(
        name, "http://127.0.0.1:8080",
        "Where the ingest-gateway is reached by those who get mail; links in mails begin with it"
    );
    if (!is_plain_url(url)) {
        reader.fault(name, "must be http:// or https://, a host and perhaps a path");
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    settings.public_url = std::move(url);
}

}  // namespace

settings read_settings(config::reader& reader) {
    settings settings;
    settings.common = runtime::read_common(reader);
    settings.database_url = read_database_url(reader);
    settings.database_connections = reader.integer(
        "VF_DATABASE_CONNECTIONS", 4, 1, 200, "Connections to Postgres of this process"
    );
    settings.cluster = kafka::read_cluster(reader);
    settings.replica = kafka::read_replica(reader);
    settings.listen = reader.address(
        "VF_LISTEN", "127.0.0.1:8090", "Where the console API is served; never a public address"
    );
    settings.admin_token = reader.secret("VF_ADMIN_TOKEN", "Bearer token of the console API");
    if (!settings.admin_token.empty() && settings.admin_token.size() < token_bytes_min) {
        reader.fault("VF_ADMIN_TOKEN", "must have at least 16 characters");
    }
    const auto master =
        reader.secret("VF_MASTER_KEY", "Base64 of the 32 bytes that seal secrets at rest");
    if (auto key = crypto::master_key::from_base64(master)) {
        settings.master = std::move(*key);
    } else if (!master.empty()) {
        reader.fault("VF_MASTER_KEY", "must be base64 of exactly 32 bytes");
    }
    settings.erasure_interval = reader.duration(
        "VF_ERASURE_INTERVAL", "5s", "how often people who asked to be forgotten are looked for"
    );
    if (settings.erasure_interval <= vf::duration{0}) {
        reader.fault("VF_ERASURE_INTERVAL", "must be longer than nothing");
    }
    const auto ranges = reader.text(
        "VF_EGRESS_ALLOW", "",
        "CIDRs that webhooks may reach though they are private, and with plain http; for "
        "development"
    );
    if (auto policy = http::egress_policy::parse(ranges)) {
        settings.egress = std::move(*policy);
    } else {
        reader.fault("VF_EGRESS_ALLOW", "must be comma-separated CIDRs");
    }
    read_link_keys(reader, settings);
    read_public_url(reader, settings);
    return settings;
}

migrate_settings read_migrate_settings(config::reader& reader) {
    migrate_settings settings;
    settings.database_url = read_database_url(reader);
    settings.cluster = kafka::read_cluster(reader);
    settings.migrations_dir =
        reader.text("VF_MIGRATIONS_DIR", "deploy/migrations", "Folder of the migrations");
    return settings;
}

}  // namespace vf::console
