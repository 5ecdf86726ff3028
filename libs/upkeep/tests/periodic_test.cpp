#include "vf/upkeep/periodic.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <deque>

#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::upkeep;
using namespace std::chrono_literals;

namespace {

// Answers in order; stops the job at the last.
struct periodic_fixture {
    void run(duration pause) {
        auto step = [this] { return next(); };
        support::run_task(loop, run_periodically({"test", "a step was done", pause}, step, stop));
    }

    runtime::task<result<bool>> next() {
        ++steps;
        auto answer = answers.front();
        answers.pop_front();
        if (answers.empty()) {
            stop.raise();
        }
        co_return answer;
    }

    runtime::loop loop;
    runtime::signal stop{loop.context()};
    std::deque<result<bool>> answers;
    int steps{0};
};

}  // namespace

TEST_CASE("periodic: while steps find something to do there is no pause") {
    periodic_fixture fixture;
    fixture.answers = {true, true, true, false};
    fixture.run(1h);
    CHECK(fixture.steps == 4);
}

TEST_CASE("periodic: after a step that found nothing, or failed, comes the next one") {
    periodic_fixture fixture;
    fixture.answers = {false, fail(failure::transient, "database_unavailable"), true, false};
    fixture.run(1ms);
    CHECK(fixture.steps == 4);
}

TEST_CASE("periodic: a stop ends the pause") {
    periodic_fixture fixture;
    fixture.answers = {false};
    fixture.run(1h);
    CHECK(fixture.steps == 1);
}

TEST_CASE("periodic: a step that failed is not tried again at once") {
    periodic_fixture fixture;
    fixture.answers = {fail(failure::transient, "database_unavailable"), true};
    auto step = [&fixture] { return fixture.next(); };
    runtime::task_group tasks{fixture.loop.context()};
    tasks.spawn("test", run_periodically({"test", "a step was done", 1h}, step, fixture.stop));
    support::run_ready(fixture.loop);
    CHECK(fixture.steps == 1);
    fixture.stop.raise();
    CHECK(support::run_task(fixture.loop, tasks.join(5s)));
}
