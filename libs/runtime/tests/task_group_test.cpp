#include "vf/runtime/task_group.hpp"

#include <chrono>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>

#include "in_child.hpp"
#include "on_loop.hpp"

namespace vf::runtime {

using namespace std::chrono_literals;
using tests::on_loop;

namespace {

task<> wait_for_signal(signal& open) {
    co_await open.wait();
}

task<> throw_soon() {
    co_await yield();
    throw std::runtime_error{"planted"};
}

task<bool> raise_and_join(signal& open, task_group& others) {
    open.raise();
    bool all = co_await others.join(10s);
    co_return all;
}

}  // namespace

TEST_CASE("task group: join waits until every task has ended") {
    loop events;
    signal open{events.context()};
    task_group others{events.context()};
    task_group tasks{events.context()};
    others.spawn("a", wait_for_signal(open));
    others.spawn("b", wait_for_signal(open));
    CHECK(others.running() == 2);
    CHECK(on_loop(events, tasks, raise_and_join(open, others)));
    CHECK(others.running() == 0);
}

TEST_CASE("task group: join of an empty group is done at once") {
    loop events;
    task_group others{events.context()};
    task_group tasks{events.context()};
    CHECK(on_loop(events, tasks, others.join(0s)));
}

TEST_CASE("task group: join says when time ran out first") {
    loop events;
    signal open{events.context()};
    task_group others{events.context()};
    task_group tasks{events.context()};
    others.spawn("a", wait_for_signal(open));
    tasks.spawn("stop", [](loop& l, task_group& group) -> task<> {
        bool all = co_await group.join(2ms);
        CHECK_FALSE(all);
        l.stop_now();
    }(events, others));
    events.run();
    CHECK(others.running() == 1);
}

TEST_CASE("task group: an exception ends the process with code 70") {
    int code = tests::in_child([] {
        loop events;
        task_group tasks{events.context()};
        tasks.spawn("thrower", throw_soon());
        events.run();
        return 0;
    });
    CHECK(code == 70);
}

}  // namespace vf::runtime
