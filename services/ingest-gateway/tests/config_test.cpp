#include "config.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "vf/base/text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

config::environment sound() {
    return {
        {"VF_DATABASE_URL", "postgresql://u:geheim@localhost/vf"},
        {"VF_KAFKA_BROKERS", "127.0.0.1:9092"},
        {"VF_MASTER_KEY", to_base64(std::string(32, 'k'))},
    };
}

}  // namespace

TEST_CASE("config: three settings are enough, and secrets are not printed") {
    config::reader reader{sound()};
    const auto read = read_settings(reader);
    CHECK_FALSE(reader.finish().has_value());
    CHECK(read.kafka_brokers == "127.0.0.1:9092");
    CHECK(read.listen.port == 8080);
    CHECK(read.master_key.has_value());
    CHECK_FALSE(reader.effective().contains("geheim"));
    CHECK_FALSE(reader.effective().contains(sound().at("VF_MASTER_KEY")));
}

TEST_CASE("config: every fault is reported at once") {
    config::reader reader{{{"VF_MASTER_KEY", "short"}, {"VF_LISTEN", "nowhere"}}};
    const auto read = read_settings(reader);
    const auto faults = reader.finish();
    REQUIRE(faults.has_value());
    for (const auto* name : {"VF_MASTER_KEY", "VF_LISTEN", "VF_DATABASE_URL", "VF_KAFKA_BROKERS"}) {
        CHECK(faults->contains(name));
    }
}
