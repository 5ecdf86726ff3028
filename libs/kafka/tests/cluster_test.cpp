#include "vf/kafka/cluster.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "client/client_config.hpp"
#include "vf/kafka/replica.hpp"

using namespace vf;
using namespace vf::kafka;

namespace {

config::environment with_brokers(config::environment more) {
    more.emplace("VF_KAFKA_BROKERS", "a:9093,b:9093");
    return more;
}

struct refused_case {
    config::environment settings;
    std::string name;  // of the setting at fault
};

const config::environment scram{
    {"VF_KAFKA_TLS", "true"},
    {"VF_KAFKA_TLS_CA", "an authority"},
    {"VF_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"},
    {"VF_KAFKA_SASL_USERNAME", "vibefollow"},
    {"VF_KAFKA_SASL_PASSWORD", "geheim"},
};

// `scram` with one setting changed, or taken away when the value is empty.
config::environment scram_but(const std::string& name, const std::string& value) {
    auto changed = scram;
    changed.erase(name);
    if (!value.empty()) {
        changed.emplace(name, value);
    }
    return changed;
}

std::string faults_of(const config::environment& settings) {
    config::reader reader{with_brokers(settings)};
    std::ignore = read_cluster(reader);
    return reader.finish().value_or("");
}

}  // namespace

TEST_CASE("cluster: brokers are enough, and records are kept three times", "[unit]") {
    config::reader reader{with_brokers({})};
    const auto read = read_cluster(reader);
    CHECK_FALSE(reader.finish());
    CHECK(read.brokers == "a:9093,b:9093");
    CHECK_FALSE(read.tls.enabled);
    CHECK(read.sasl.mechanism.empty());
    CHECK(read.replication.factor == 3);
    CHECK(read.replication.min_insync == 2);
}

TEST_CASE("cluster: TLS and SCRAM are read, and no secret is printed", "[unit]") {
    config::reader reader{with_brokers(scram)};
    const auto read = read_cluster(reader);
    CHECK_FALSE(reader.finish());
    CHECK(read.tls.ca == "an authority");
    CHECK(read.tls.verify_name);
    CHECK(read.sasl.password == "geheim");
    CHECK_FALSE(reader.effective().contains("geheim"));
    CHECK(reader.effective().contains("vibefollow"));
}

TEST_CASE("cluster: what makes no sense together is refused by the setting's name", "[unit]") {
    const auto [settings, name] = GENERATE(
        refused_case{{{"VF_KAFKA_TLS_CA", "x"}}, "VF_KAFKA_TLS_CA"},
        refused_case{{{"VF_KAFKA_TLS_VERIFY_NAME", "false"}}, "VF_KAFKA_TLS_VERIFY_NAME"},
        refused_case{scram_but("VF_KAFKA_TLS_KEY", "x"), "VF_KAFKA_TLS_CERTIFICATE"},
        refused_case{scram_but("VF_KAFKA_TLS_CERTIFICATE", "x"), "VF_KAFKA_TLS_KEY"},
        refused_case{scram_but("VF_KAFKA_SASL_MECHANISM", "GSSAPI"), "VF_KAFKA_SASL_MECHANISM"},
        refused_case{scram_but("VF_KAFKA_SASL_MECHANISM", ""), "VF_KAFKA_SASL_PASSWORD"},
        refused_case{scram_but("VF_KAFKA_SASL_USERNAME", ""), "VF_KAFKA_SASL_USERNAME"},
        refused_case{scram_but("VF_KAFKA_SASL_PASSWORD", ""), "VF_KAFKA_SASL_PASSWORD"},
        refused_case{scram_but("VF_KAFKA_OAUTH_SCOPE", "x"), "VF_KAFKA_OAUTH_SCOPE"},
        refused_case{
            {{"VF_KAFKA_SASL_MECHANISM", "PLAIN"},
             {"VF_KAFKA_SASL_USERNAME", "u"},
             {"VF_KAFKA_SASL_PASSWORD", "p"}},
            "VF_KAFKA_SASL_MECHANISM"
        },
        refused_case{
            scram_but("VF_KAFKA_SASL_MECHANISM", "OAUTHBEARER"), "VF_KAFKA_OAUTH_TOKEN_URL"
        },
        refused_case{
            {{"VF_KAFKA_REPLICATION", "1"}, {"VF_KAFKA_MIN_INSYNC_REPLICAS", "2"}},
            "VF_KAFKA_MIN_INSYNC_REPLICAS"
        },
        refused_case{{{"VF_KAFKA_REPLICATION", "0"}}, "VF_KAFKA_REPLICATION"}
    );
    CAPTURE(name);
    CHECK(faults_of(settings).contains(name));
}

TEST_CASE("cluster: every fault is reported at once", "[unit]") {
    const auto faults = faults_of({
        {"VF_KAFKA_TLS_CA", "x"},
        {"VF_KAFKA_SASL_MECHANISM", "PLAIN"},
        {"VF_KAFKA_REPLICATION", "many"},
    });
    for (const auto* name :
         {"VF_KAFKA_TLS_CA", "VF_KAFKA_SASL_MECHANISM", "VF_KAFKA_SASL_USERNAME",
          "VF_KAFKA_SASL_PASSWORD", "VF_KAFKA_REPLICATION"}) {
        CAPTURE(name);
        CHECK(faults.contains(name));
    }
}

TEST_CASE("cluster: OAUTHBEARER asks for tokens over TLS alone, where it is built in", "[unit]") {
    auto settings = config::environment{
        {"VF_KAFKA_TLS", "true"},
        {"VF_KAFKA_SASL_MECHANISM", "OAUTHBEARER"},
        {"VF_KAFKA_OAUTH_TOKEN_URL", "https://provider.example/token"},
        {"VF_KAFKA_OAUTH_CLIENT_ID", "id"},
        {"VF_KAFKA_OAUTH_CLIENT_SECRET", "geheim"},
    };
    CHECK(faults_of(settings).contains("libcurl") == !can_fetch_tokens());
    CHECK_FALSE(faults_of(settings).contains("VF_KAFKA_OAUTH"));
    settings["VF_KAFKA_OAUTH_TOKEN_URL"] = "http://provider.example/token";
    CHECK(faults_of(settings).contains("VF_KAFKA_OAUTH_TOKEN_URL"));
}

TEST_CASE("cluster: librdkafka takes what was read, and a bad certificate is named", "[unit]") {
    config::reader reader{with_brokers(scram_but("VF_KAFKA_TLS_CA", ""))};
    CHECK(client_config{read_cluster(reader), "test"}.make(RD_KAFKA_PRODUCER));
    config::reader bad{with_brokers(scram)};
    const auto refused = client_config{read_cluster(bad), "test"}.make(RD_KAFKA_PRODUCER);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "kafka_configuration");
    CHECK(refused.error().detail.contains("ssl.ca.pem"));
}

TEST_CASE("replica: the host's name unless it is given, and a name as Kafka has them", "[unit]") {
    config::reader by_default{{}};
    CHECK_FALSE(read_replica(by_default).empty());
    CHECK_FALSE(by_default.finish());
    config::reader sound{{{"VF_REPLICA", "normaliser-0.a_b"}}};
    CHECK(read_replica(sound) == "normaliser-0.a_b");
    CHECK_FALSE(sound.finish());
    const auto* name = GENERATE("a b", "ä", "a/b", "a:1");
    config::reader odd{{{"VF_REPLICA", name}}};
    std::ignore = read_replica(odd);
    CHECK(odd.finish().value_or("").contains("VF_REPLICA"));
    config::reader longest{{{"VF_REPLICA", std::string(200, 'x')}}};
    std::ignore = read_replica(longest);
    CHECK_FALSE(longest.finish());
    config::reader longer{{{"VF_REPLICA", std::string(201, 'x')}}};
    std::ignore = read_replica(longer);
    CHECK(longer.finish());
}
