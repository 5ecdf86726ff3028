#include "ingest-gateway/limits/backlog.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace vf::ingest_gateway;

TEST_CASE("backlog: records wait until the readers have passed where the lane ended after them") {
    backlog waiting;
    waiting.add("a", 5);
    waiting.moved({105, 90});
    waiting.add("a", 7);
    waiting.add("b", 1);
    waiting.moved({113, 104});
    CHECK(waiting.of("a") == 12);
    waiting.moved({113, 105});
    CHECK(waiting.of("a") == 7);
    CHECK(waiting.of("b") == 1);
    CHECK_FALSE(waiting.empty());
    waiting.moved({113, 113});
    CHECK(waiting.of("a") == 0);
    CHECK(waiting.of("b") == 0);
    CHECK(waiting.empty());
}

TEST_CASE("backlog: what was added after the last look is not taken for read") {
    backlog waiting;
    waiting.moved({50, 50});
    waiting.add("a", 3);
    CHECK(waiting.of("a") == 3);
    CHECK(waiting.of("nobody") == 0);
}

TEST_CASE("backlog: a long standstill forgets when, and not how many") {
    backlog waiting;
    constexpr std::int64_t looks = 10'000;
    for (std::int64_t i = 1; i <= looks; ++i) {
        waiting.add("a", 1);
        waiting.moved({i, 0});
    }
    CHECK(waiting.of("a") == looks);
    waiting.moved({looks, looks});
    CHECK(waiting.empty());
}
