#include "vf/http/body_budget.hpp"

#include <optional>
#include <utility>

#include <catch2/catch_test_macros.hpp>

namespace vf::http {

namespace {

constexpr body_limits small{1'000, 400};

}  // namespace

TEST_CASE("body budget: a lease grows and shrinks, and gives back what it holds") {
    telemetry::registry metrics;
    const body_budget budget{small, metrics};
    {
        auto lease = budget.open("a");
        CHECK(lease.hold(300));
        CHECK(lease.hold(100));
        CHECK(budget.held() == 100);
        auto moved = std::move(lease);
        CHECK(moved.held() == 100);
        CHECK(budget.held() == 100);
        auto other = budget.open("b");
        REQUIRE(other.hold(50));
        other = std::move(moved);
        CHECK(budget.held() == 100);
    }
    CHECK(budget.held() == 0);
}

TEST_CASE("body budget: an account has its share, and the budget its total") {
    telemetry::registry metrics;
    const body_budget budget{small, metrics};
    auto first = budget.open("a");
    auto second = budget.open("a");
    REQUIRE(first.hold(300));
    CHECK_FALSE(second.hold(101));
    CHECK(second.held() == 0);
    CHECK(second.hold(100));
    auto other = budget.open("b");
    CHECK(other.hold(600));
    CHECK_FALSE(other.hold(601));
    CHECK(other.held() == 600);
    CHECK_FALSE(budget.open("c").hold(1));
}

TEST_CASE("body budget: what is announced counts in the share, and takes room when it comes") {
    telemetry::registry metrics;
    const body_budget budget{small, metrics};
    auto first = budget.open("a");
    REQUIRE(first.announce(300));
    CHECK(budget.held() == 0);
    auto second = budget.open("a");
    CHECK_FALSE(second.announce(101));
    CHECK_FALSE(second.hold(101));
    CHECK(second.announce(100));
    CHECK(second.hold(100));
    CHECK_FALSE(second.hold(101));
    CHECK(first.hold(300));
    CHECK(budget.held() == 400);
    // Of another account that much may come: what was only announced is nowhere.
    auto others = budget.open("b");
    CHECK(others.hold(600));
    second = body_lease{};
    first = body_lease{};
    CHECK(budget.held() == 600);
    CHECK(budget.open("a").hold(400));
}

TEST_CASE("body budget: the last of it is for a usual body of those who hold nothing else") {
    telemetry::registry metrics;
    constexpr std::size_t usual = body_limits::usual_body;
    const body_budget budget{{16 * usual, 16 * usual}, metrics};
    auto large = budget.open("a");
    REQUIRE(large.hold(14 * usual));
    CHECK_FALSE(large.hold(14 * usual + 1));
    CHECK_FALSE(budget.open("a").hold(1));
    auto first = budget.open("b");
    CHECK(first.hold(usual));
    CHECK_FALSE(first.hold(usual + 1));
    CHECK_FALSE(budget.open("b").hold(1));
    auto second = budget.open("c");
    CHECK(second.hold(usual));
    CHECK_FALSE(budget.open("d").hold(1));
    // Less is always granted.
    CHECK(large.hold(13 * usual));
}

TEST_CASE("body budget: an account that holds nothing else may have more than its share") {
    telemetry::registry metrics;
    const body_budget budget{small, metrics};
    auto only = budget.open("a");
    CHECK(only.announce(5'000));
    CHECK(only.announce(0));
    CHECK(only.hold(1'000));
    CHECK_FALSE(only.hold(1'001));
    REQUIRE(only.hold(1));
    auto second = budget.open("a");
    CHECK_FALSE(second.hold(400));
    CHECK(second.hold(399));
}

TEST_CASE("body budget: a lease may outlive its budget, and one of none holds anything") {
    telemetry::registry metrics;
    std::optional<body_budget> budget{std::in_place, small, metrics};
    auto lease = budget->open("a");
    REQUIRE(lease.hold(1));
    budget.reset();
    CHECK(lease.hold(2));
    body_lease free;
    CHECK(free.hold(1'000'000));
}

}  // namespace vf::http
