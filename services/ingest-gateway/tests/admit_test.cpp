#include "ingest-gateway/limits/admit.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");
constexpr admission_limits small{{10, 1'000}, {10, 1'000}, std::chrono::seconds{2}};
constexpr admission_limits shared{{10, 1'000}, {4, 400}, std::chrono::seconds{2}};

}  // namespace

TEST_CASE("admission: a request is taken whole or not at all") {
    admission budget{small};
    REQUIRE(budget.admit("prj_a", {6, 100}, now).has_value());
    CHECK_FALSE(budget.admit("prj_a", {5, 100}, now).has_value());
    CHECK(budget.in_flight().records == 6);
    CHECK(budget.in_flight().bytes == 100);
    CHECK(budget.admit("prj_a", {4, 100}, now).has_value());
}

TEST_CASE("admission: bytes are limited beside records") {
    admission budget{small};
    REQUIRE(budget.admit("prj_a", {1, 900}, now).has_value());
    CHECK_FALSE(budget.admit("prj_a", {1, 101}, now).has_value());
    CHECK(budget.admit("prj_a", {1, 100}, now).has_value());
}

TEST_CASE("admission: what was released can be admitted again") {
    admission budget{small};
    const auto ticket = budget.admit("prj_a", {10, 1'000}, now);
    REQUIRE(ticket.has_value());
    CHECK_FALSE(budget.admit("prj_a", {1, 1}, now).has_value());
    budget.release(*ticket);
    CHECK(budget.in_flight().records == 0);
    CHECK(budget.in_flight().bytes == 0);
    CHECK(budget.admit("prj_a", {1, 1}, now).has_value());
}

TEST_CASE("admission: an empty budget takes what is larger than all of it") {
    admission budget{small};
    CHECK(budget.admit("prj_a", {500, 5'000}, now).has_value());
    CHECK_FALSE(budget.admit("prj_a", {1, 1}, now).has_value());
}

TEST_CASE("admission: nothing is taken while the oldest request has waited too long") {
    admission budget{small};
    const auto oldest = budget.admit("prj_a", {1, 1}, now);
    const auto almost = now + small.stall - duration{1};
    CHECK_FALSE(budget.stalled(almost));
    REQUIRE(budget.admit("prj_a", {1, 1}, almost).has_value());
    CHECK(budget.stalled(now + small.stall));
    CHECK_FALSE(budget.admit("prj_a", {1, 1}, now + small.stall).has_value());
    budget.release(*oldest);
    CHECK_FALSE(budget.stalled(now + small.stall));
    CHECK(budget.admit("prj_a", {1, 1}, now + small.stall).has_value());
}

TEST_CASE("admission: a project that has its share leaves the rest to others") {
    admission budget{shared};
    const auto mine = budget.admit("prj_a", {4, 100}, now);
    REQUIRE(mine.has_value());
    CHECK_FALSE(budget.admit("prj_a", {1, 1}, now).has_value());
    REQUIRE(budget.admit("prj_b", {4, 100}, now).has_value());
    budget.release(*mine);
    CHECK(budget.admit("prj_a", {1, 1}, now).has_value());
}

TEST_CASE("admission: one request may be larger than a share while its project holds nothing") {
    admission budget{shared};
    REQUIRE(budget.admit("prj_b", {1, 1}, now).has_value());
    REQUIRE(budget.admit("prj_a", {9, 900}, now).has_value());
    CHECK_FALSE(budget.admit("prj_b", {1, 1}, now).has_value());
}

TEST_CASE("admission: a budget divides among loops") {
    const auto half = admission_limits::divided(2);
    const admission_limits whole;
    CHECK(half.total.records == whole.total.records / 2);
    CHECK(half.share.bytes == whole.share.bytes / 2);
    CHECK(half.stall == whole.stall);
}

TEST_CASE("admission: after a failure one request at a time finds out whether it is over") {
    admission budget{small};
    const auto lost = budget.admit("prj_a", {1, 1}, now);
    const auto also_lost = budget.admit("prj_a", {1, 1}, now);
    budget.note_delivery(false);
    budget.release(*lost);
    CHECK_FALSE(budget.admit("prj_a", {1, 1}, now).has_value());
    budget.release(*also_lost);
    const auto probe = budget.admit("prj_a", {1, 1}, now);
    REQUIRE(probe.has_value());
    CHECK_FALSE(budget.admit("prj_b", {1, 1}, now).has_value());
    budget.note_delivery(true);
    budget.release(*probe);
    CHECK(budget.admit("prj_a", {1, 1}, now).has_value());
    CHECK(budget.admit("prj_b", {1, 1}, now).has_value());
}
