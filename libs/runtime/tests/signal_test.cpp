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

struct signal_fixture {
    loop events;
    task_group tasks{events.context()};
    std::vector<std::string> seen;
};

task<> wait_then_note(signal_fixture& fixture, signal& open, std::string name) {
    co_await open.wait();
    fixture.seen.push_back(std::move(name));
}

task<> raise_later(signal& open) {
    co_await yield();
    open.raise();
}

task<> wait_notified(signal_fixture& fixture, notifier& changed, std::string name) {
    bool notified = co_await changed.wait_for(10s);
    fixture.seen.push_back(name + (notified ? " notified" : " late"));
}

task<> notify_later(notifier& changed) {
    co_await yield();
    co_await yield();
    changed.notify();
}

task<> take_and_give(signal_fixture& fixture, permits& places, std::string name) {
    bool got = co_await places.acquire(10s);
    fixture.seen.push_back(name + (got ? " got" : " late"));
    co_await yield();
    fixture.seen.push_back(name + " gives");
    places.release();
}

}  // namespace

TEST_CASE("signal: everybody who waits is woken once it is raised") {
    signal_fixture fixture;
    signal open{fixture.events.context()};
    fixture.tasks.spawn("a", wait_then_note(fixture, open, "a"));
    fixture.tasks.spawn("b", wait_then_note(fixture, open, "b"));
    fixture.tasks.spawn("raise", raise_later(open));
    fixture.events.run();
    CHECK(open.raised());
    CHECK(fixture.seen == std::vector<std::string>{"a", "b"});
}

TEST_CASE("signal: a raised one lets everybody through at once") {
    signal_fixture fixture;
    signal open{fixture.events.context()};
    open.raise();
    CHECK(on_loop(fixture.events, fixture.tasks, open.wait_for(0s)));
    fixture.tasks.spawn("a", wait_then_note(fixture, open, "a"));
    fixture.events.run();
    CHECK(fixture.seen.size() == 1);
}

TEST_CASE("signal: a wait whose time is over says so") {
    signal_fixture fixture;
    signal open{fixture.events.context()};
    CHECK_FALSE(on_loop(fixture.events, fixture.tasks, open.wait_for(1ms)));
    CHECK_FALSE(open.raised());
}

TEST_CASE("notifier: a notify wakes all who wait, each with its own time limit") {
    signal_fixture fixture;
    notifier changed{fixture.events.context()};
    fixture.tasks.spawn("a", wait_notified(fixture, changed, "a"));
    fixture.tasks.spawn("b", wait_notified(fixture, changed, "b"));
    fixture.tasks.spawn("notify", notify_later(changed));
    fixture.events.run();
    CHECK(fixture.seen == std::vector<std::string>{"a notified", "b notified"});
}

TEST_CASE("notifier: notifies while nobody waits count as one") {
    signal_fixture fixture;
    notifier changed{fixture.events.context()};
    changed.notify();
    changed.notify();
    CHECK(on_loop(fixture.events, fixture.tasks, changed.wait_for(0s)));
    CHECK_FALSE(on_loop(fixture.events, fixture.tasks, changed.wait_for(1ms)));
}

TEST_CASE("notifier: a short wait does not disturb a long one") {
    signal_fixture fixture;
    notifier changed{fixture.events.context()};
    fixture.tasks.spawn("long", wait_notified(fixture, changed, "long"));
    CHECK_FALSE(on_loop(
        fixture.events, fixture.tasks,
        [](notifier& d, task_group& tasks) -> task<bool> {
            bool notified = co_await d.wait_for(1ms);
            tasks.spawn("notify", notify_later(d));
            co_return notified;
        }(changed, fixture.tasks)
    ));
    CHECK(fixture.seen == std::vector<std::string>{"long notified"});
}

TEST_CASE("notifier: the longest span does not overflow") {
    signal_fixture fixture;
    notifier changed{fixture.events.context()};
    fixture.tasks.spawn("notify", notify_later(changed));
    CHECK(on_loop(fixture.events, fixture.tasks, changed.wait_for(vf::duration::max())));
}

TEST_CASE("permits: are given first come first served") {
    signal_fixture fixture;
    permits places{fixture.events.context(), 1};
    for (const char* name : {"a", "b", "c"}) {
        fixture.tasks.spawn(name, take_and_give(fixture, places, name));
    }
    fixture.events.run();
    CHECK(
        fixture.seen ==
        std::vector<std::string>{"a got", "a gives", "b got", "b gives", "c got", "c gives"}
    );
    CHECK(places.available() == 1);
}

TEST_CASE("permits: who waited too long has none") {
    signal_fixture fixture;
    permits places{fixture.events.context(), 0};
    CHECK_FALSE(on_loop(fixture.events, fixture.tasks, places.acquire(1ms)));
    places.release();
    CHECK(places.available() == 1);
}

TEST_CASE("wait queue: a frame that never resumes outlives what it waited for") {
    auto events = std::make_unique<loop>();
    {
        task_group tasks{events->context()};
        notifier changed{events->context()};
        signal_fixture unused;
        tasks.spawn("a", wait_notified(unused, changed, "a"));
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
