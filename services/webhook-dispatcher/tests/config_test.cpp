#include "webhook-dispatcher/config.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>

#include "vf/base/text.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

config::environment make_environment() {
    return {
        {"VF_DATABASE_URL", "postgresql://somewhere/vf"},
        {"VF_KAFKA_BROKERS", "127.0.0.1:9092"},
        {"VF_MASTER_KEY", to_base64(std::string(32, 'k'))},
        {"VF_ADMIN_LISTEN", "127.0.0.1:0"},
    };
}

std::string faults_of(const config::environment& environment) {
    config::reader reader{environment};
    static_cast<void>(read_settings(reader));
    return reader.finish().value_or("");
}

}  // namespace

TEST_CASE("settings: the documented schedule is the default") {
    config::reader reader{make_environment()};
    const settings read = read_settings(reader);
    CHECK_FALSE(reader.finish());
    CHECK(
        read.retry_schedule == std::vector<vf::duration>{0s, 30s, 2min, 10min, 30min, 2h, 6h, 12h}
    );
    CHECK(read.sweep_interval == 1s);
    CHECK(read.signature_header == "X-Vibefollow-Signature");
    CHECK(read.egress.allowed.empty());
    CHECK(read.name_servers.empty());
    CHECK(read.name_limit == 5s);
}

TEST_CASE("settings: each fault is named") {
    auto environment = make_environment();
    environment["VF_MASTER_KEY"] = "c2hvcnQ=";
    environment["VF_EGRESS_ALLOW"] = "10.0.0.0/99";
    environment["VF_SIGNATURE_HEADER"] = "X Signature:";
    environment["VF_SWEEP_INTERVAL"] = "0s";
    environment["VF_NAME_SERVERS"] = "ns.example.com";
    environment["VF_NAME_LIMIT"] = "7001ms";
    const std::string faults = faults_of(environment);
    for (const char* name :
         {"VF_MASTER_KEY", "VF_EGRESS_ALLOW", "VF_SIGNATURE_HEADER", "VF_SWEEP_INTERVAL",
          "VF_NAME_SERVERS", "VF_NAME_LIMIT"}) {
        INFO(name);
        CHECK(faults.find(name) != std::string::npos);
    }
}

}  // namespace vf::webhook_dispatcher
