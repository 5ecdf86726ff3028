#include "trigger-evaluator/tick/tick.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "memory_store.hpp"
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

struct evaluator_fixture {
    telemetry::registry registry;
    metrics metrics{registry};
    manual_clock time{from_microseconds(1'700'000'000'000'000)};
    seeded_random randomness{1};
    memory_store users;
    memory_sink sink;
    fired_outbox fires{make_fired_outbox(users, sink, metrics)};
    runtime::loop events;
    runtime::signal stop{events.context()};
    tick_options options;
    std::optional<ticker> evaluator;

    // Created by its first use, when a test has set the options.
    ticker& ticks() {
        if (!evaluator) {
            evaluator.emplace(
                tick_dependencies{users, fires, time, randomness, stop, metrics}, options
            );
        }
        return *evaluator;
    }

    result<void> tick() { return support::run_task(events, ticks().tick()); }

    [[nodiscard]] bool shows(const std::string& line) const {
        return registry.expose().find(line) != std::string::npos;
    }
};

slice make_slice(std::size_t users, std::size_t fires) {
    slice slice;
    slice.users = users;
    slice.fires = fires;
    slice.verdicts[static_cast<std::size_t>(verdict::fires)] = fires;
    return slice;
}

}  // namespace

TEST_CASE("an idle tick looks once and evaluates nothing") {
    evaluator_fixture fixture;
    REQUIRE(fixture.tick());
    CHECK(fixture.users.looks == 1);
    CHECK(fixture.users.limits.empty());
}

TEST_CASE("a tick evaluates slice after slice until one is not full") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    fixture.users.slices = {
        make_slice(500, 2), make_slice(500, 0), make_slice(20, 1), make_slice(9, 9)
    };
    REQUIRE(fixture.tick());
    CHECK(fixture.users.limits == std::vector<std::size_t>{500, 500, 500});
    CHECK(fixture.shows("vf_evaluator_users_total 1020"));
    CHECK(fixture.shows("vf_evaluator_fires_total 3"));
}

TEST_CASE("whoever is refused keeps nobody else waiting: slices get smaller and grow again") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    const error refused{failure::data, "database_refused", "22003"};
    fixture.users.slices.assign(9, std::unexpected(refused));
    slice alone = make_slice(1, 0);
    alone.refused.push_back({7, refused});
    fixture.users.slices[8] = alone;
    fixture.users.slices.emplace_back(make_slice(2, 1));
    fixture.users.slices.emplace_back(make_slice(3, 1));
    REQUIRE(fixture.tick());
    CHECK(
        fixture.users.limits == std::vector<std::size_t>{500, 250, 125, 62, 31, 15, 7, 3, 1, 2, 4}
    );
    CHECK(fixture.shows("vf_evaluator_users_refused_total 1"));
    CHECK(fixture.shows("vf_evaluator_fires_total 2"));
    CHECK(fixture.users.left_out == std::vector<std::int64_t>{7});
}

TEST_CASE("whoever was refused is evaluated alone, after a delay that doubles until it goes well") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    slice refused = make_slice(1, 0);
    refused.refused.push_back({7, error{failure::data, "database_timeout", "57014"}});
    fixture.options.slice = 1;
    std::vector<duration> delays;
    for (int failures = 1; failures <= 12; ++failures) {
        fixture.users.slices = {refused};
        REQUIRE(fixture.tick());
        REQUIRE(
            fixture.users.alone.front().user ==
            (failures == 1 ? std::nullopt : std::optional<std::int64_t>{7})
        );
        delays.push_back(fixture.users.alone.front().put_off);
        CHECK(fixture.users.alone.back().apart == std::vector<std::int64_t>{7});

        // Not before its time, though facts may mark the user again.
        fixture.users.alone.clear();
        fixture.time.advance(delays.back() - 1us);
        REQUIRE(fixture.tick());
        CHECK_FALSE(fixture.users.alone.front().user.has_value());
        fixture.users.alone.clear();
        fixture.time.advance(1us);
    }
    CHECK(delays.front() <= 1min);
    CHECK(delays[5] >= 16min);
    CHECK(delays.back() <= 6h);
    CHECK(delays.back() >= 3h);
    CHECK(fixture.shows("vf_evaluator_users_refused_total 12"));

    fixture.users.slices = {make_slice(1, 1)};
    REQUIRE(fixture.tick());
    CHECK(fixture.users.alone.front().user == 7);
    CHECK(fixture.users.alone.back().apart.empty());
}

TEST_CASE("there is a limit to how many are evaluated alone") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    fixture.options.slice = 1;
    fixture.options.apart_max = 2;
    for (const std::int64_t user : {7, 8, 9}) {
        slice refused = make_slice(1, 0);
        refused.refused.push_back({user, error{failure::data, "database_refused", {}}});
        fixture.users.slices.emplace_back(refused);
    }
    REQUIRE(fixture.tick());
    CHECK(fixture.users.alone.back().apart == std::vector<std::int64_t>{7, 8});
    CHECK(fixture.shows("vf_evaluator_users_refused_total 3"));
}

TEST_CASE("those who are evaluated alone leave everybody else the time of a tick") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    fixture.options.slice = 1;
    const auto refused = [](std::int64_t user) {
        slice one = make_slice(1, 0);
        one.refused.push_back({user, error{failure::data, "database_timeout", "57014"}});
        return one;
    };
    std::vector<std::pair<instant, std::int64_t>> due;
    for (const std::int64_t user : {7, 8, 9}) {
        fixture.users.slices = {refused(user)};
        REQUIRE(fixture.tick());
        due.emplace_back(fixture.time.now() + fixture.users.alone.front().put_off, user);
        fixture.users.alone.clear();
    }
    std::ranges::sort(due);
    fixture.time.advance(1min);
    fixture.users.on_alone = [&fixture] { fixture.time.advance(4s); };
    fixture.users.slices = {refused(due[0].second), refused(due[1].second)};
    REQUIRE(fixture.tick());
    // Who has waited longest comes first, and the third has to wait for the next tick.
    REQUIRE(fixture.users.alone.size() == 3);
    CHECK(fixture.users.alone[0].user == due[0].second);
    CHECK(fixture.users.alone[1].user == due[1].second);
    CHECK_FALSE(fixture.users.alone[2].user.has_value());
}

TEST_CASE("a tick that is asked to stop leaves the rest to its next owner") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    fixture.users.slices = {make_slice(500, 0)};
    fixture.stop.raise();
    REQUIRE(fixture.tick());
    CHECK(fixture.users.limits.empty());
}

TEST_CASE("a tick publishes what waits, even when the evaluation met an error") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    fixture.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    fixture.users.waiting = {make_fired("fir_a")};
    const auto done = fixture.tick();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == "database_unavailable");
    REQUIRE(fixture.sink.published.size() == 1);
    CHECK(fixture.users.waiting.empty());
}

TEST_CASE("outbox: a fire is marked only after the broker has acknowledged it") {
    evaluator_fixture fixture;
    fixture.users.waiting = {make_fired("fir_a"), make_fired("fir_b")};
    SECTION("acknowledged") {
        REQUIRE(fixture.tick());
        CHECK(fixture.users.waiting.empty());
        REQUIRE(fixture.sink.published.size() == 2);
        const auto rule_fired = wire::decode_fired(fixture.sink.published[1]);
        REQUIRE(rule_fired);
        CHECK(rule_fired->fire_id == "fir_b");
        CHECK(rule_fired->user.text == "u1");
    }
    SECTION("the broker is away") {
        fixture.sink.refuse = error{failure::transient, "broker_unavailable", {}};
        REQUIRE_FALSE(fixture.tick());
        CHECK(fixture.users.waiting.size() == 2);
    }
    SECTION("a crash between the two repeats it") {
        fixture.users.refuse_mark = error{failure::transient, "database_unavailable", {}};
        REQUIRE_FALSE(fixture.tick());
        fixture.users.refuse_mark.reset();
        REQUIRE(fixture.tick());
        CHECK(fixture.sink.published.size() == 4);
        CHECK(fixture.sink.published[0].value == fixture.sink.published[2].value);
        CHECK(fixture.users.waiting.empty());
    }
}

TEST_CASE("the age of what is due comes from timers and from marks first seen") {
    evaluator_fixture fixture;
    fixture.users.seen = {.any_due = true, .any_marked = true, .oldest_timer = 3s};
    fixture.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    REQUIRE_FALSE(fixture.tick());
    CHECK(fixture.shows("vf_evaluator_oldest_due_seconds 3"));

    fixture.time.advance(60s);
    fixture.users.slices.emplace_back(fail(failure::transient, "database_unavailable"));
    REQUIRE_FALSE(fixture.tick());
    CHECK(fixture.shows("vf_evaluator_oldest_due_seconds 60"));

    fixture.users.slices.emplace_back(make_slice(3, 0));
    REQUIRE(fixture.tick());
    CHECK(fixture.shows("vf_evaluator_oldest_due_seconds 0"));
}

TEST_CASE("a rule that cannot be read is counted each time") {
    evaluator_fixture fixture;
    fixture.users.seen.any_due = true;
    slice with_fault = make_slice(1, 0);
    with_fault.faults.push_back(
        {domain::rule_id{"rul_x"}, 1, error{failure::data, "invalid_parameter", "event"}}
    );
    fixture.users.slices = {with_fault};
    REQUIRE(fixture.tick());
    CHECK(fixture.shows("vf_evaluator_rules_refused_total 1"));
}

TEST_CASE("the ticker ends when it is asked to stop and is healthy after a good tick") {
    evaluator_fixture fixture;
    CHECK_FALSE(fixture.ticks().healthy());
    runtime::task_group tasks{fixture.events.context()};
    tasks.spawn("tick", fixture.ticks().run());
    support::run_ready(fixture.events);
    CHECK(fixture.ticks().healthy());
    fixture.stop.raise();
    CHECK(support::run_task(fixture.events, tasks.join(5s)));
}

}  // namespace vf::trigger_evaluator
