#include "ingest-gateway/config.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <tuple>

#include "vf/base/text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

config::environment sound() {
    return {
        {"VF_DATABASE_URL", "postgresql://u:geheim@localhost/vf"},
        {"VF_KAFKA_BROKERS", "127.0.0.1:9092"},
        {"VF_MASTER_KEY", to_base64(std::string(32, 'k'))},
        {"VF_LINK_KEYS", "1:" + to_base64(std::string(32, 'l'))},
    };
}

}  // namespace

TEST_CASE("config: four settings are enough, and secrets are not printed") {
    config::reader reader{sound()};
    const auto read = read_settings(reader);
    CHECK_FALSE(reader.finish().has_value());
    CHECK(read.cluster.brokers == "127.0.0.1:9092");
    CHECK(read.listen.port == 8080);
    CHECK(read.master_key.has_value());
    CHECK_FALSE(reader.effective().contains("geheim"));
    CHECK(read.link_keys.has_value());
    CHECK_FALSE(reader.effective().contains(sound().at("VF_MASTER_KEY")));
    CHECK_FALSE(reader.effective().contains(sound().at("VF_LINK_KEYS")));
}

TEST_CASE("config: every fault is reported at once") {
    config::reader reader{
        {{"VF_MASTER_KEY", "short"}, {"VF_LISTEN", "nowhere"}, {"VF_LINK_KEYS", "1:k"}}
    };
    const auto read = read_settings(reader);
    const auto faults = reader.finish();
    REQUIRE(faults.has_value());
    for (const auto* name :
         {"VF_MASTER_KEY", "VF_LINK_KEYS", "VF_LISTEN", "VF_DATABASE_URL", "VF_KAFKA_BROKERS"}) {
        CHECK(faults->contains(name));
    }
}

TEST_CASE("config: TLS is off unless it is given, and its key is not printed") {
    config::reader plain{sound()};
    CHECK_FALSE(read_settings(plain).tls.has_value());
    CHECK_FALSE(plain.finish().has_value());

    auto variables = sound();
    variables["VF_TLS_LISTEN"] = "0.0.0.0:8443";
    variables["VF_TLS_CERTIFICATE"] = "the certificate";
    variables["VF_TLS_KEY"] = "the private key";
    config::reader reader{variables};
    const auto read = read_settings(reader);
    CHECK_FALSE(reader.finish().has_value());
    REQUIRE(read.tls.has_value());
    CHECK(read.tls->listen.host == "0.0.0.0");
    CHECK(read.tls->listen.port == 8443);
    CHECK(read.tls->certificate == "the certificate");
    CHECK(read.tls->key == "the private key");
    CHECK(read.tls->public_port == 443);
    CHECK_FALSE(reader.effective().contains("the private key"));

    variables["VF_TLS_PUBLIC_PORT"] = "8443";
    config::reader other_port{variables};
    CHECK(read_tls(other_port)->public_port == 8443);
    for (const auto* wrong : {"0", "65536"}) {
        variables["VF_TLS_PUBLIC_PORT"] = wrong;
        config::reader refused{variables};
        static_cast<void>(read_tls(refused));
        CHECK(refused.finish().value_or("").contains("VF_TLS_PUBLIC_PORT"));
    }
}

TEST_CASE("config: TLS that is given in part is a fault that names what is missing") {
    const config::environment all{
        {"VF_TLS_LISTEN", "0.0.0.0:8443"}, {"VF_TLS_CERTIFICATE", "c"}, {"VF_TLS_KEY", "k"}
    };
    for (unsigned chosen = 1; chosen < 7; ++chosen) {
        auto variables = sound();
        unsigned bit = 1;
        for (const auto& each : all) {
            if ((chosen & bit) != 0) {
                variables.insert(each);
            }
            bit *= 2;
        }
        config::reader reader{variables};
        static_cast<void>(read_settings(reader));
        const auto faults = reader.finish().value_or("");
        CAPTURE(faults);
        for (const auto& [name, value] : all) {
            CHECK(faults.contains(name + " is missing") == !variables.contains(name));
        }
    }
}

TEST_CASE("config: rates, flood, backlog and loops have defaults that a project can live with") {
    config::reader reader{sound()};
    const auto read = read_settings(reader);
    CHECK(read.quotas.limited);
    CHECK(read.quotas.requests == rate_limits{1'000, 50, 10});
    CHECK(read.quotas.flood == 5'000);
    CHECK(read.quotas.backlog_max == 50'000);
    CHECK(read.loops >= 1);
    CHECK(read.loops <= 8);
}

TEST_CASE("config: rates may be given in part, or off") {
    auto variables = sound();
    variables["VF_RATE_LIMITS"] = "bulk=2,single=7";
    variables["VF_FLOOD_LIMIT"] = "off";
    variables["VF_LOOPS"] = "64";
    config::reader some{variables};
    const auto read = read_settings(some);
    CHECK_FALSE(some.finish().has_value());
    CHECK(read.quotas.requests == rate_limits{7, std::nullopt, 2});
    CHECK_FALSE(read.quotas.flood.has_value());
    CHECK(read.loops == 64);

    variables["VF_RATE_LIMITS"] = "off";
    config::reader none{variables};
    CHECK_FALSE(read_settings(none).quotas.limited);
    CHECK_FALSE(none.finish().has_value());
}

TEST_CASE("config: a rate that is none is a fault") {
    const auto text = GENERATE(
        as<std::string>{}, "single", "single=", "single=0", "single=-1", "single=x", "other=1",
        "single=1,single=2", "off,single=1"
    );
    auto variables = sound();
    variables["VF_RATE_LIMITS"] = text;
    config::reader reader{variables};
    std::ignore = read_settings(reader);
    const auto faults = reader.finish();
    REQUIRE(faults.has_value());
    CHECK(faults->contains("VF_RATE_LIMITS"));
}

TEST_CASE("config: bodies have a budget of which one project may hold a quarter") {
    config::reader usual{sound()};
    CHECK(read_settings(usual).bodies.total == 96U << 20U);
    auto variables = sound();
    variables["VF_BODY_BUDGET"] = "8";
    config::reader least{variables};
    const auto read = read_settings(least);
    CHECK_FALSE(least.finish().has_value());
    CHECK(read.bodies.total == 8U << 20U);
    CHECK(read.bodies.share == 2U << 20U);
    variables["VF_BODY_BUDGET"] = "7";
    config::reader less{variables};
    static_cast<void>(read_settings(less));
    CHECK(less.finish().value_or("").contains("VF_BODY_BUDGET"));
}

TEST_CASE("config: keys are kept where it is set, and for hours without the database") {
    config::reader usual{sound()};
    const auto read = read_settings(usual);
    CHECK(read.cache_directory.empty());
    CHECK(read.key_outage == std::chrono::hours{6});
}

TEST_CASE("config: records keep to a partition for a while, or go by their users") {
    config::reader plain{sound()};
    CHECK(read_settings(plain).partition_interval == std::chrono::milliseconds{2});
    const auto [text, interval, good] = GENERATE(table<std::string, vf::duration, bool>({
        {"25ms", std::chrono::milliseconds{25}, true},
        {"off", vf::duration::zero(), true},
        {"0ms", vf::duration::zero(), false},
        {"often", vf::duration::zero(), false},
    }));
    auto variables = sound();
    variables["VF_PARTITION_INTERVAL"] = text;
    config::reader reader{variables};
    CHECK(read_settings(reader).partition_interval == interval);
    CHECK(reader.finish().value_or("").contains("VF_PARTITION_INTERVAL") != good);
}
