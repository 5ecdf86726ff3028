#include "tick.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "memory_parts.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

namespace vf::trigger_evaluator {

namespace {

using namespace std::chrono_literals;

wire::rule_fired make_fired(const std::string& id) {
    return {
        .project = domain::project_id{"prj_a"},
        .fire_id = id,
        .rule = domain::rule_id{"rul_a"},
        .preset = "welcome",
        .user = domain::external_user_id{"u1"},
        .draft = domain::draft_id{"drf_a"},
        .fired_at = from_microseconds(5),
    };
}

struct bench {
    telemetry::registry registry;
    metrics series{registry};
    manual_clock time{from_microseconds(1'700'000'000'000'000)};
    seeded_random randomness{1};
    memory_store users;
    memory_sink sink;
    announcer fires{users, sink, series};
    runtime::loop events;
    runtime::signal stop{events.context()};
    ticker ticks{{users, fires, time, randomness, stop, series}, tick_options{}};

    result<void> tick() { return support::run_task(events, ticks.tick()); }

    [[nodiscard]] bool shows(const std::string& line) const {
        return registry.expose().find(line) != std::string::npos;
    }
};

slice make_slice(std::size_t users, std::size_t fires) {
    slice made;
    made.users = users;
    made.fires = fires;
    made.verdicts[static_cast<std::size_t>(verdict::fires)] = fires;
    return made;
}

}  // namespace

TEST_CASE("an idle tick looks once and settles nothing") {
    bench on;
    REQUIRE(on.tick());
    CHECK(on.users.looks == 1);
    CHECK(on.users.asked.empty());
}

TEST_CASE("a tick settles slice after slice until one is not full") {
    bench on;
    on.users.seen.any_due = true;
    on.users.slices = {make_slice(500, 2), make_slice(500, 0), make_slice(20, 1), make_slice(9, 9)};
    REQUIRE(on.tick());
    CHECK(on.users.asked == std::vector<std::size_t>{500, 500, 500});
    CHECK(on.shows("vf_evaluator_users_total 1020"));
    CHECK(on.shows("vf_evaluator_fires_total 3"));
}

TEST_CASE("a tick that is asked to stop leaves the rest to its next owner") {
    bench on;
    on.users.seen.any_due = true;
    on.users.slices = {make_slice(500, 0)};
    on.stop.raise();
    REQUIRE(on.tick());
    CHECK(on.users.asked.empty());
}

TEST_CASE("a tick announces what waits, even when the evaluation met an error") {
    bench on;
    on.users.seen.any_due = true;
    on.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    on.users.waiting = {make_fired("fir_a")};
    const auto done = on.tick();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == "database_unavailable");
    REQUIRE(on.sink.published.size() == 1);
    CHECK(on.users.waiting.empty());
}

TEST_CASE("announce: a fire is marked only after the broker has acknowledged it") {
    bench on;
    on.users.waiting = {make_fired("fir_a"), make_fired("fir_b")};
    SECTION("acknowledged") {
        REQUIRE(on.tick());
        CHECK(on.users.waiting.empty());
        REQUIRE(on.sink.published.size() == 2);
        const auto told = wire::decode_fired(on.sink.published[1]);
        REQUIRE(told);
        CHECK(told->fire_id == "fir_b");
        CHECK(told->user.text == "u1");
    }
    SECTION("the broker is away") {
        on.sink.refuse = error{failure::transient, "broker_unavailable", {}};
        REQUIRE_FALSE(on.tick());
        CHECK(on.users.waiting.size() == 2);
    }
    SECTION("a crash between the two repeats it") {
        on.users.refuse_mark = error{failure::transient, "database_unavailable", {}};
        REQUIRE_FALSE(on.tick());
        on.users.refuse_mark.reset();
        REQUIRE(on.tick());
        CHECK(on.sink.published.size() == 4);
        CHECK(on.sink.published[0].value == on.sink.published[2].value);
        CHECK(on.users.waiting.empty());
    }
}

TEST_CASE("the age of what is due comes from timers and from marks first seen") {
    bench on;
    on.users.seen = {.any_due = true, .any_marked = true, .oldest_timer = 3s};
    on.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    REQUIRE_FALSE(on.tick());
    CHECK(on.shows("vf_evaluator_oldest_due_seconds 3"));

    on.time.advance(60s);
    on.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    REQUIRE_FALSE(on.tick());
    CHECK(on.shows("vf_evaluator_oldest_due_seconds 60"));

    on.users.slices.emplace_back(make_slice(3, 0));
    REQUIRE(on.tick());
    CHECK(on.shows("vf_evaluator_oldest_due_seconds 0"));
}

TEST_CASE("a rule that cannot be read is counted each time") {
    bench on;
    on.users.seen.any_due = true;
    slice with_fault = make_slice(1, 0);
    with_fault.faults.push_back(
        {domain::rule_id{"rul_x"}, 1, error{failure::data, "invalid_parameter", "event"}}
    );
    on.users.slices = {with_fault};
    REQUIRE(on.tick());
    CHECK(on.shows("vf_evaluator_rules_refused_total 1"));
}

TEST_CASE("the ticker ends when it is asked to stop and is healthy after a good tick") {
    bench on;
    CHECK_FALSE(on.ticks.healthy());
    runtime::task_group tasks{on.events.context()};
    tasks.spawn("tick", on.ticks.run());
    support::run_ready(on.events);
    CHECK(on.ticks.healthy());
    on.stop.raise();
    CHECK(support::run_task(on.events, tasks.join(5s)));
}

}  // namespace vf::trigger_evaluator
