#include "ingest-gateway/limits/backlog.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace vf::ingest_gateway;

TEST_CASE("backlog: records wait until the commit has passed the end offset read after them") {
    backlog waiting;
    waiting.add("a", 5);
    waiting.update({105, 90});
    waiting.add("a", 7);
    waiting.add("b", 1);
    waiting.update({113, 104});
    CHECK(waiting.of("a") == 12);
    waiting.update({113, 105});
    CHECK(waiting.of("a") == 7);
    CHECK(waiting.of("b") == 1);
    CHECK_FALSE(waiting.empty());
    waiting.update({113, 113});
    CHECK(waiting.of("a") == 0);
    CHECK(waiting.of("b") == 0);
    CHECK(waiting.empty());
}

TEST_CASE("backlog: what was added after the last update is not taken for consumed") {
    backlog waiting;
    waiting.update({50, 50});
    waiting.add("a", 3);
    CHECK(waiting.of("a") == 3);
    CHECK(waiting.of("nobody") == 0);
}

TEST_CASE("backlog: a long standstill merges intervals and keeps the counts") {
    backlog waiting;
    constexpr std::int64_t updates = 10'000;
    for (std::int64_t i = 1; i <= updates; ++i) {
        waiting.add("a", 1);
        waiting.update({i, 0});
    }
    CHECK(waiting.of("a") == updates);
    waiting.update({updates, updates});
    CHECK(waiting.empty());
}
