#include <catch2/catch_test_macros.hpp>

#include <array>

#include "mock_broker.hpp"
#include "vf/kafka/admin.hpp"

using namespace vf::kafka;
using namespace vf::kafka::test;
using namespace std::chrono_literals;

namespace {

constexpr std::array<vf::wire::topic_description, 2> topics{{{"a", 3, 1h}, {"b", 1, 1h}}};

}  // namespace

TEST_CASE("admin: topics that are there as described are left alone", "[unit]") {
    mock_broker broker;
    broker.create_topic("a", 3);
    broker.create_topic("b", 1);
    broker.create_topic("other", 9);
    CHECK(create_topics(broker.address(), topics, 10s));
}

TEST_CASE("admin: another number of partitions is refused for good", "[unit]") {
    mock_broker broker;
    broker.create_topic("a", 3);
    broker.create_topic("b", 2);
    const auto outcome = create_topics(broker.address(), topics, 10s);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == vf::failure::permanent);
    CHECK(outcome.error().code == "topic_mismatch");
}

TEST_CASE("admin: without a broker it gives up at the limit", "[unit]") {
    mock_broker broker;
    broker.take_down();
    const auto outcome = create_topics(broker.address(), topics, 100ms);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().is_transient());
    CHECK(outcome.error().code == "broker_unavailable");
}
