#include "webhook-dispatcher/attempt/decide.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <vector>

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const std::vector<duration> documented{0s, 30s, 2min, 10min, 30min, 2h, 6h, 12h};
const instant ended = from_microseconds(1'700'000'000'000'000);

classified make(meaning what) {
    classified classified;
    classified.what = what;
    return classified;
}

}  // namespace

TEST_CASE("the next step: delivered and gone end the delivery at any attempt") {
    for (std::uint32_t attempt = 1; attempt <= 8; ++attempt) {
        const next_step well = decide(make(meaning::delivered), attempt, documented, ended, 0.5);
        CHECK(well.state == delivery_state::delivered);
        CHECK_FALSE(well.next_attempt_at);
        const next_step gone = decide(make(meaning::gone), attempt, documented, ended, 0.5);
        CHECK(gone.state == delivery_state::dead);
        CHECK_FALSE(gone.next_attempt_at);
    }
}

TEST_CASE("the next step: a failure waits for the documented delay, spread by a tenth") {
    const auto attempt = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U);
    const duration delay = documented[attempt];
    const auto decided_at = [&](double fraction) {
        const next_step next = decide(make(meaning::failed), attempt, documented, ended, fraction);
        REQUIRE(next.state == delivery_state::pending);
        REQUIRE(next.next_attempt_at);
        return *next.next_attempt_at - ended;
    };
    CHECK(decided_at(0.0) >= delay * 9 / 10);
    CHECK(decided_at(0.0) <= delay * 9 / 10 + 1us);
    CHECK(decided_at(0.5) >= delay);
    CHECK(decided_at(0.5) <= delay + 1us);
    CHECK(decided_at(0.999999) <= delay * 11 / 10);
    CHECK(decided_at(0.999999) > delay * 1099 / 1000);
}

TEST_CASE("the next step: there are as many attempts as the schedule has entries") {
    CHECK(decide(make(meaning::failed), 7, documented, ended, 0).state == delivery_state::pending);
    CHECK(decide(make(meaning::failed), 8, documented, ended, 0).state == delivery_state::dead);
    CHECK(decide(make(meaning::failed), 9, documented, ended, 0).state == delivery_state::dead);
    const std::vector<duration> once{0s};
    CHECK(decide(make(meaning::failed), 1, once, ended, 0).state == delivery_state::dead);
}

TEST_CASE("the next step: Retry-After makes it later, never sooner") {
    classified answer = make(meaning::failed);
    answer.not_before = ended + 5min;
    CHECK(decide(answer, 1, documented, ended, 0.5).next_attempt_at == ended + 5min);
    answer.not_before = ended + 1s;
    CHECK(*decide(answer, 1, documented, ended, 0.5).next_attempt_at >= ended + 30s);
    // On the last attempt there is nothing left to move.
    CHECK(decide(answer, 8, documented, ended, 0.5).state == delivery_state::dead);
}

TEST_CASE("states have the names of the column") {
    CHECK(text_of(delivery_state::pending) == "pending");
    CHECK(text_of(delivery_state::delivered) == "delivered");
    CHECK(text_of(delivery_state::dead) == "dead");
}

}  // namespace vf::webhook_dispatcher
