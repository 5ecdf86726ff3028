#include "vf/kafka/cluster.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "client/client_config.hpp"

namespace vf::kafka {

namespace {

constexpr std::string_view tls_name = "VF_KAFKA_TLS";
constexpr std::string_view mechanism_name = "VF_KAFKA_SASL_MECHANISM";
constexpr std::string_view token_url_name = "VF_KAFKA_OAUTH_TOKEN_URL";
constexpr std::string_view insync_name = "VF_KAFKA_MIN_INSYNC_REPLICAS";

constexpr std::string_view plain = "PLAIN";
constexpr std::string_view oauthbearer = "OAUTHBEARER";
constexpr std::array mechanisms{
    plain, std::string_view{"SCRAM-SHA-256"}, std::string_view{"SCRAM-SHA-512"}, oauthbearer
};

bool is_mechanism(std::string_view name) {
    return std::ranges::find(mechanisms, name) != mechanisms.end();
}

enum class use { required, optional };

// A setting that makes sense only together with another.
struct dependent {
    std::string_view name;
    const std::string& value;
    use needed;
};

void check(
    config::reader& reader, const dependent& setting, bool applies, std::string_view companion
) {
    if (!applies && !setting.value.empty()) {
        reader.fault(setting.name, fmt::format("is set, and has no use without {}", companion));
    }
    if (applies && setting.needed == use::required && setting.value.empty()) {
        reader.fault(setting.name, fmt::format("is missing: {} takes it", companion));
    }
}

tls_options read_tls(config::reader& reader) {
    constexpr std::string_view certificate = "VF_KAFKA_TLS_CERTIFICATE";
    constexpr std::string_view key = "VF_KAFKA_TLS_KEY";
    constexpr std::string_view verify = "VF_KAFKA_TLS_VERIFY_NAME";
    tls_options tls;
    tls.enabled = reader.boolean(tls_name, false, "Whether the brokers are reached over TLS");
    // No secrets but the key, but their many lines are of no use in the log of settings.
    tls.ca = reader.secret(
        "VF_KAFKA_TLS_CA", "", "PEM of the authorities that sign brokers; empty: the system's"
    );
    tls.certificate = reader.secret(certificate, "", "PEM of this client's certificate and chain");
    tls.key = reader.secret(key, "", "PEM of its private key, without a passphrase");
    tls.verify_name = reader.boolean(
        verify, true, "Whether a broker's certificate must be of the name it was called by"
    );
    for (const auto& each :
         {dependent{"VF_KAFKA_TLS_CA", tls.ca, use::optional},
          dependent{certificate, tls.certificate, use::optional},
          dependent{key, tls.key, use::optional}}) {
        check(reader, each, tls.enabled, "VF_KAFKA_TLS=true");
    }
    if (!tls.enabled && !tls.verify_name) {
        reader.fault(verify, "is set, and has no use without VF_KAFKA_TLS=true");
    }
    if (tls.certificate.empty() != tls.key.empty()) {
        reader.fault(
            tls.certificate.empty() ? certificate : key,
            "is missing: a client's certificate and its key go together"
        );
    }
    return tls;
}

oauth_options read_oauth(config::reader& reader) {
    oauth_options oauth;
    oauth.token_url =
        reader.text(token_url_name, "", "Where an OpenID provider gives tokens, https://…");
    oauth.client_id = reader.text("VF_KAFKA_OAUTH_CLIENT_ID", "", "Our name at the provider");
    oauth.client_secret =
        reader.secret("VF_KAFKA_OAUTH_CLIENT_SECRET", "", "Our secret at the provider");
    oauth.scope = reader.text("VF_KAFKA_OAUTH_SCOPE", "", "The scope to ask for");
    oauth.extensions = reader.text(
        "VF_KAFKA_OAUTH_EXTENSIONS", "", "What to tell the broker beside the token: key=value,…"
    );
    return oauth;
}

void check_mechanism(config::reader& reader, const sasl_options& sasl, bool encrypted) {
    if (!sasl.mechanism.empty() && !is_mechanism(sasl.mechanism)) {
        reader.fault(mechanism_name, fmt::format("must be one of {}", fmt::join(mechanisms, ", ")));
        return;
    }
    const bool with_token = sasl.mechanism == oauthbearer;
    if ((sasl.mechanism == plain || with_token) && !encrypted) {
        reader.fault(
            mechanism_name,
            fmt::format(
                "is {}, which sends a secret as it is: it takes VF_KAFKA_TLS=true", sasl.mechanism
            )
        );
    }
    if (with_token && !can_fetch_tokens()) {
        reader.fault(
            mechanism_name, "is OAUTHBEARER, which this librdkafka was built without (libcurl)"
        );
    }
}

sasl_options read_sasl(config::reader& reader, bool encrypted) {
    sasl_options sasl;
    sasl.mechanism = reader.text(
        mechanism_name, "", fmt::format("{}; empty: none", fmt::join(mechanisms, ", "))
    );
    sasl.username = reader.text("VF_KAFKA_SASL_USERNAME", "", "Our name at the brokers");
    sasl.password = reader.secret("VF_KAFKA_SASL_PASSWORD", "", "Our password at the brokers");
    sasl.oauth = read_oauth(reader);
    check_mechanism(reader, sasl, encrypted);
    const bool with_token = sasl.mechanism == oauthbearer;
    const bool with_password = !with_token && is_mechanism(sasl.mechanism);
    for (const auto& each :
         {dependent{"VF_KAFKA_SASL_USERNAME", sasl.username, use::required},
          dependent{"VF_KAFKA_SASL_PASSWORD", sasl.password, use::required}}) {
        check(reader, each, with_password, "VF_KAFKA_SASL_MECHANISM of PLAIN or SCRAM");
    }
    for (const auto& each :
         {dependent{token_url_name, sasl.oauth.token_url, use::required},
          dependent{"VF_KAFKA_OAUTH_CLIENT_ID", sasl.oauth.client_id, use::required},
          dependent{"VF_KAFKA_OAUTH_CLIENT_SECRET", sasl.oauth.client_secret, use::required},
          dependent{"VF_KAFKA_OAUTH_SCOPE", sasl.oauth.scope, use::optional},
          dependent{"VF_KAFKA_OAUTH_EXTENSIONS", sasl.oauth.extensions, use::optional}}) {
        check(reader, each, with_token, "VF_KAFKA_SASL_MECHANISM=OAUTHBEARER");
    }
    if (!sasl.oauth.token_url.empty() && !sasl.oauth.token_url.starts_with("https://")) {
        reader.fault(token_url_name, "must begin with https://: a secret is sent there");
    }
    return sasl;
}

kafka::replication read_replication(config::reader& reader) {
    constexpr std::int64_t most = 32;
    kafka::replication replication;
    replication.factor = static_cast<std::int32_t>(reader.integer(
        "VF_KAFKA_REPLICATION", 3, 1, most,
        "Copies of each partition: what topics are made with, and have to have at least"
    ));
    replication.min_insync = static_cast<std::int32_t>(reader.integer(
        insync_name, 2, 1, most,
        "Copies that hold a record before it counts as taken (min.insync.replicas), likewise"
    ));
    if (replication.min_insync > replication.factor) {
        reader.fault(insync_name, "is more than VF_KAFKA_REPLICATION: nothing could be written");
    }
    return replication;
}

}  // namespace

cluster read_cluster(config::reader& reader) {
    cluster cluster;
    cluster.brokers = reader.text("VF_KAFKA_BROKERS", "Kafka bootstrap servers, host:port,…");
    cluster.rack = reader.text(
        "VF_KAFKA_RACK", "",
        "Where this process runs, as broker.rack names it: nearby copies are read"
    );
    cluster.tls = read_tls(reader);
    cluster.sasl = read_sasl(reader, cluster.tls.enabled);
    cluster.replication = read_replication(reader);
    return cluster;
}

}  // namespace vf::kafka
