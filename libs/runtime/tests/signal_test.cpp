#include "vf/runtime/signal.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "on_loop.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::runtime {

using namespace std::chrono_literals;
using tests::on_loop;

namespace {

struct scene {
    loop events;
    task_group tasks{events.context()};
    std::vector<std::string> seen;
};

task<> wait_then_note(scene& at, signal& open, std::string name) {
    co_await open.wait();
    at.seen.push_back(std::move(name));
}

task<> raise_later(signal& open) {
    co_await yield();
    open.raise();
}

task<> wait_bell(scene& at, bell& door, std::string name) {
    bool rung = co_await door.wait_for(10s);
    at.seen.push_back(name + (rung ? " rung" : " late"));
}

task<> ring_later(bell& door) {
    co_await yield();
    co_await yield();
    door.ring();
}

task<> take_and_give(scene& at, permits& places, std::string name) {
    bool got = co_await places.acquire(10s);
    at.seen.push_back(name + (got ? " got" : " late"));
    co_await yield();
    at.seen.push_back(name + " gives");
    places.release();
}

}  // namespace

TEST_CASE("signal: everybody who waits is woken once it is raised") {
    scene at;
    signal open{at.events.context()};
    at.tasks.spawn("a", wait_then_note(at, open, "a"));
    at.tasks.spawn("b", wait_then_note(at, open, "b"));
    at.tasks.spawn("raise", raise_later(open));
    at.events.run();
    CHECK(open.raised());
    CHECK(at.seen == std::vector<std::string>{"a", "b"});
}

TEST_CASE("signal: a raised one lets everybody through at once") {
    scene at;
    signal open{at.events.context()};
    open.raise();
    CHECK(on_loop(at.events, at.tasks, open.wait_for(0s)));
    at.tasks.spawn("a", wait_then_note(at, open, "a"));
    at.events.run();
    CHECK(at.seen.size() == 1);
}

TEST_CASE("signal: a wait whose time is over says so") {
    scene at;
    signal open{at.events.context()};
    CHECK_FALSE(on_loop(at.events, at.tasks, open.wait_for(1ms)));
    CHECK_FALSE(open.raised());
}

TEST_CASE("bell: a ring wakes all who wait, each with its own time limit") {
    scene at;
    bell door{at.events.context()};
    at.tasks.spawn("a", wait_bell(at, door, "a"));
    at.tasks.spawn("b", wait_bell(at, door, "b"));
    at.tasks.spawn("ring", ring_later(door));
    at.events.run();
    CHECK(at.seen == std::vector<std::string>{"a rung", "b rung"});
}

TEST_CASE("bell: rings while nobody waits are remembered as one") {
    scene at;
    bell door{at.events.context()};
    door.ring();
    door.ring();
    CHECK(on_loop(at.events, at.tasks, door.wait_for(0s)));
    CHECK_FALSE(on_loop(at.events, at.tasks, door.wait_for(1ms)));
}

TEST_CASE("bell: a short wait does not disturb a long one") {
    scene at;
    bell door{at.events.context()};
    at.tasks.spawn("long", wait_bell(at, door, "long"));
    CHECK_FALSE(on_loop(at.events, at.tasks, [](bell& d, task_group& tasks) -> task<bool> {
        bool rung = co_await d.wait_for(1ms);
        tasks.spawn("ring", ring_later(d));
        co_return rung;
    }(door, at.tasks)));
    CHECK(at.seen == std::vector<std::string>{"long rung"});
}

TEST_CASE("bell: the longest span does not overflow") {
    scene at;
    bell door{at.events.context()};
    at.tasks.spawn("ring", ring_later(door));
    CHECK(on_loop(at.events, at.tasks, door.wait_for(vf::duration::max())));
}

TEST_CASE("permits: are given first come first served") {
    scene at;
    permits places{at.events.context(), 1};
    for (const char* name : {"a", "b", "c"}) {
        at.tasks.spawn(name, take_and_give(at, places, name));
    }
    at.events.run();
    CHECK(
        at.seen ==
        std::vector<std::string>{"a got", "a gives", "b got", "b gives", "c got", "c gives"}
    );
    CHECK(places.available() == 1);
}

TEST_CASE("permits: who waited too long has none") {
    scene at;
    permits places{at.events.context(), 0};
    CHECK_FALSE(on_loop(at.events, at.tasks, places.acquire(1ms)));
    places.release();
    CHECK(places.available() == 1);
}

TEST_CASE("waiting line: a frame that never resumes outlives what it waited for") {
    auto events = std::make_unique<loop>();
    {
        task_group tasks{events->context()};
        bell door{events->context()};
        scene unused;
        tasks.spawn("a", wait_bell(unused, door, "a"));
        tasks.spawn("stop", [](loop& l) -> task<> {
            co_await yield();
            l.stop_now();
        }(*events));
        events->run();
        CHECK(tasks.running() == 1);
    }
    events.reset();
    SUCCEED("no access after the end, as the sanitizers see it");
}

}  // namespace vf::runtime
