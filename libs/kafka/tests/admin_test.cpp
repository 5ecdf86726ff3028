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
    CHECK(create_topics(broker.cluster(), topics, 10s));
}

TEST_CASE("admin: more partitions than the table says are welcome", "[unit]") {
    mock_broker broker;
    broker.create_topic("a", 4);
    broker.create_topic("b", 1);
    CHECK(create_topics(broker.cluster(), topics, 10s));
}

TEST_CASE("admin: fewer partitions are refused for good, by topic and numbers", "[unit]") {
    mock_broker broker;
    broker.create_topic("a", 2);
    broker.create_topic("b", 1);
    const auto outcome = create_topics(broker.cluster(), topics, 10s);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == vf::failure::permanent);
    CHECK(outcome.error().code == "topic_mismatch");
    CHECK(outcome.error().detail.contains("a has 2 partitions, and has to have 3"));
}

TEST_CASE("admin: fewer replicas than the setting are refused for good", "[unit]") {
    mock_broker broker;
    broker.create_topic("a", 3);
    broker.create_topic("b", 1);
    auto cluster = broker.cluster();
    cluster.replication.factor = 2;
    const auto outcome = create_topics(cluster, topics, 10s);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == "topic_mismatch");
    CHECK(outcome.error().detail.contains("a has 1 replicas"));
}

TEST_CASE("admin: without a broker it gives up at the limit", "[unit]") {
    mock_broker broker;
    broker.take_down();
    const auto outcome = create_topics(broker.cluster(), topics, 100ms);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().is_transient());
    CHECK(outcome.error().code == "broker_unavailable");
}
