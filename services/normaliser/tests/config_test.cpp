#include "normaliser/config.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace vf;
using namespace vf::normaliser;

TEST_CASE("config: a database, a broker and keys are enough") {
    config::reader reader{
        {{"VF_DATABASE_URL", "postgresql://localhost/vf"},
         {"VF_KAFKA_BROKERS", "b:9092"},
         {"VF_LINK_KEYS", "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}
    };
    const auto read = read_settings(reader);
    CHECK_FALSE(reader.finish().has_value());
    CHECK(read.cluster.brokers == "b:9092");
    CHECK(read.database_connections == 5);
    CHECK(read.quarantine_breaker);
    CHECK(read.soft_bounces == 3);
    CHECK(read.pending_ttl == std::chrono::hours{24 * 30});
}

TEST_CASE("config: what is missing is named") {
    config::reader reader{config::environment{}};
    const auto read = read_settings(reader);
    const auto faults = reader.finish();
    REQUIRE(faults.has_value());
    CHECK(faults->contains("VF_DATABASE_URL"));
    CHECK(faults->contains("VF_KAFKA_BROKERS"));
    CHECK(faults->contains("VF_LINK_KEYS"));
    CHECK(read.database_url.empty());
}
