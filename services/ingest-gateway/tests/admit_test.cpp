#include "ingest-gateway/limits/admit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <utility>
#include <vector>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");
constexpr admission_limits small{{10, 1'000}, {10, 1'000}, std::chrono::seconds{2}};
constexpr admission_limits shared{{10, 1'000}, {4, 400}, std::chrono::seconds{2}};

// Keeps what was admitted, as the requests would.
struct budget_fixture {
    explicit budget_fixture(const admission_limits& limits) : budget{limits} {}

    bool admits(const std::string& project, const load& request, instant when = now) {
        auto permit = budget.admit(project, request, when);
        if (permit) {
            permits.push_back(std::move(*permit));
        }
        return permit.has_value();
    }

    admission budget;
    std::vector<admission::permit> permits;
};

}  // namespace

TEST_CASE("admission: a request is taken whole or not at all") {
    budget_fixture fixture{small};
    REQUIRE(fixture.admits("prj_a", {6, 100}));
    CHECK_FALSE(fixture.admits("prj_a", {5, 100}));
    CHECK(fixture.budget.in_flight().records == 6);
    CHECK(fixture.budget.in_flight().bytes == 100);
    CHECK(fixture.admits("prj_a", {4, 100}));
}

TEST_CASE("admission: bytes are limited beside records") {
    budget_fixture fixture{small};
    REQUIRE(fixture.admits("prj_a", {1, 900}));
    CHECK_FALSE(fixture.admits("prj_a", {1, 101}));
    CHECK(fixture.admits("prj_a", {1, 100}));
}

TEST_CASE("admission: what was released can be admitted again") {
    budget_fixture fixture{small};
    auto ticket = fixture.budget.admit("prj_a", {10, 1'000}, now);
    REQUIRE(ticket.has_value());
    CHECK_FALSE(fixture.admits("prj_a", {1, 1}));
    ticket.reset();
    CHECK(fixture.budget.in_flight().records == 0);
    CHECK(fixture.budget.in_flight().bytes == 0);
    CHECK(fixture.admits("prj_a", {1, 1}));
}

TEST_CASE("admission: an empty budget takes what is larger than all of it") {
    budget_fixture fixture{small};
    CHECK(fixture.admits("prj_a", {500, 5'000}));
    CHECK_FALSE(fixture.admits("prj_a", {1, 1}));
}

TEST_CASE("admission: nothing is taken while the oldest request has waited too long") {
    budget_fixture fixture{small};
    auto oldest = fixture.budget.admit("prj_a", {1, 1}, now);
    const auto almost = now + small.stall - duration{1};
    CHECK_FALSE(fixture.budget.stalled(almost));
    REQUIRE(fixture.admits("prj_a", {1, 1}, almost));
    CHECK(fixture.budget.stalled(now + small.stall));
    CHECK_FALSE(fixture.admits("prj_a", {1, 1}, now + small.stall));
    oldest.reset();
    CHECK_FALSE(fixture.budget.stalled(now + small.stall));
    CHECK(fixture.admits("prj_a", {1, 1}, now + small.stall));
}

TEST_CASE("admission: a broker that acknowledges is slow at most, however old the oldest request is"
) {
    budget_fixture fixture{small};
    REQUIRE(fixture.admits("prj_a", {1, 1}));
    const auto later = now + small.stall * 3;
    REQUIRE(fixture.budget.stalled(later));
    fixture.budget.acknowledged(later);
    CHECK_FALSE(fixture.budget.stalled(later + small.stall - duration{1}));
    CHECK(fixture.admits("prj_a", {1, 1}, later));
    CHECK(fixture.budget.stalled(later + small.stall));
}

TEST_CASE("admission: a project that has its share leaves the rest to others") {
    budget_fixture fixture{shared};
    auto mine = fixture.budget.admit("prj_a", {4, 100}, now);
    REQUIRE(mine.has_value());
    CHECK_FALSE(fixture.admits("prj_a", {1, 1}));
    REQUIRE(fixture.admits("prj_b", {4, 100}));
    mine.reset();
    CHECK(fixture.admits("prj_a", {1, 1}));
}

TEST_CASE("admission: one request may be larger than a share while its project holds nothing") {
    budget_fixture fixture{shared};
    REQUIRE(fixture.admits("prj_b", {1, 1}));
    REQUIRE(fixture.admits("prj_a", {9, 900}));
    CHECK_FALSE(fixture.admits("prj_b", {1, 1}));
}

TEST_CASE("admission: a budget divides among loops") {
    const auto half = admission_limits::divided(2);
    const admission_limits whole;
    CHECK(half.total.records == whole.total.records / 2);
    CHECK(half.share.bytes == whole.share.bytes / 2);
    CHECK(half.stall == whole.stall);
}

TEST_CASE("admission: what is held is given back once, whoever holds it last") {
    std::optional<admission::permit> last;
    {
        budget_fixture fixture{small};
        auto permit = fixture.budget.admit("prj_a", {10, 1'000}, now);
        REQUIRE(permit.has_value());
        last.emplace(std::move(*permit));
        permit.reset();
        CHECK(fixture.budget.in_flight().records == 10);
    }
    // A coroutine that never ended is destroyed after the budget.
    last.reset();
    CHECK_FALSE(last.has_value());
}
