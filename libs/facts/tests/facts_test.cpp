#include "vf/facts/facts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

#include "fact_fixture.hpp"

using namespace vf;
using namespace vf::facts;
using namespace vf::facts_tests;

TEST_CASE("facts: a fold keeps count, weight, ends and the newest few") {
    fact one;
    fold(one, seen_at(3, 2), 2);
    fold(one, seen_at(1, 5), 2);
    fold(one, seen_at(9, 1, true), 2);
    fold(one, seen_at(4), 2);
    CHECK(one.count == 4);
    CHECK(one.weight == 9);
    CHECK(one.first_at == seen_at(1).occurred_at);
    CHECK(one.last == event_reference{seen_at(9).occurred_at, seen_at(9).record});
    CHECK(one.last_live == event_reference{seen_at(4).occurred_at, seen_at(4).record});
    CHECK(
        one.newest ==
        std::vector<weighted_time>{{seen_at(9).occurred_at, 1}, {seen_at(4).occurred_at, 1}}
    );
}

TEST_CASE("facts: the order of arrival does not matter") {
    std::mt19937 random{7};
    std::vector<occurrence> history;
    for (int i = 0; i < 60; ++i) {
        const auto minute = static_cast<int>(random() % 30);
        history.push_back(seen_at(minute, static_cast<std::int64_t>(random() % 4), i % 5 == 0));
        history.back().record.bytes[0] = static_cast<std::uint8_t>(i);
    }
    fact in_order;
    for (const auto& each : history) {
        fold(in_order, each, 11);
    }
    for (int round = 0; round < 50; ++round) {
        std::ranges::shuffle(history, random);
        fact shuffled;
        for (const auto& each : history) {
            fold(shuffled, each, 11);
        }
        REQUIRE(shuffled == in_order);
    }
}
