#include "admit.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2026-11-20T12:00:00Z");
constexpr admission_limits small{{10, 1'000}, std::chrono::seconds{2}};

}  // namespace

TEST_CASE("admission: a request is taken whole or not at all") {
    admission budget{small};
    REQUIRE(budget.admit({6, 100}, now).has_value());
    CHECK_FALSE(budget.admit({5, 100}, now).has_value());
    CHECK(budget.in_flight().records == 6);
    CHECK(budget.in_flight().bytes == 100);
    CHECK(budget.admit({4, 100}, now).has_value());
}

TEST_CASE("admission: bytes are counted beside records") {
    admission budget{small};
    REQUIRE(budget.admit({1, 900}, now).has_value());
    CHECK_FALSE(budget.admit({1, 101}, now).has_value());
    CHECK(budget.admit({1, 100}, now).has_value());
}

TEST_CASE("admission: what was given back can be taken again") {
    admission budget{small};
    const auto ticket = budget.admit({10, 1'000}, now);
    REQUIRE(ticket.has_value());
    CHECK_FALSE(budget.admit({1, 1}, now).has_value());
    budget.release(*ticket);
    CHECK(budget.in_flight().records == 0);
    CHECK(budget.in_flight().bytes == 0);
    CHECK(budget.admit({1, 1}, now).has_value());
}

TEST_CASE("admission: an empty budget takes what is larger than all of it") {
    admission budget{small};
    CHECK(budget.admit({500, 5'000}, now).has_value());
    CHECK_FALSE(budget.admit({1, 1}, now).has_value());
}

TEST_CASE("admission: nothing is taken while the oldest request has waited too long") {
    admission budget{small};
    const auto oldest = budget.admit({1, 1}, now);
    const auto almost = now + small.stall - duration{1};
    CHECK_FALSE(budget.stalled(almost));
    REQUIRE(budget.admit({1, 1}, almost).has_value());
    CHECK(budget.stalled(now + small.stall));
    CHECK_FALSE(budget.admit({1, 1}, now + small.stall).has_value());
    budget.release(*oldest);
    CHECK_FALSE(budget.stalled(now + small.stall));
    CHECK(budget.admit({1, 1}, now + small.stall).has_value());
}
