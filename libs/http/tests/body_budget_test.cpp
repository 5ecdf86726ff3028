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

TEST_CASE("body budget: an account that holds nothing else may have more than its share") {
    telemetry::registry metrics;
    const body_budget budget{small, metrics};
    auto only = budget.open("a");
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
