#include "vf/runtime/loop.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vf/runtime/task_group.hpp"

namespace vf::runtime {

using namespace std::chrono_literals;

namespace {

task<> note_twice(std::vector<std::string>& seen, std::string name) {
    seen.push_back(name + "1");
    co_await yield();
    seen.push_back(name + "2");
}

task<> note_after(std::vector<std::string>& seen, std::string name, vf::duration span) {
    co_await sleep(span);
    seen.push_back(std::move(name));
}

}  // namespace

TEST_CASE("yield: lets others that are ready go first") {
    loop events;
    task_group tasks{events.context()};
    std::vector<std::string> seen;
    tasks.spawn("a", note_twice(seen, "a"));
    tasks.spawn("b", note_twice(seen, "b"));
    events.run();
    CHECK(seen == std::vector<std::string>{"a1", "b1", "a2", "b2"});
}

TEST_CASE("sleep: the shorter ends first and a negative span is none") {
    loop events;
    task_group tasks{events.context()};
    std::vector<std::string> seen;
    tasks.spawn("long", note_after(seen, "long", 30ms));
    tasks.spawn("short", note_after(seen, "short", 1ms));
    tasks.spawn("none", note_after(seen, "none", -5s));
    events.run();
    CHECK(seen == std::vector<std::string>{"none", "short", "long"});
}

TEST_CASE("loop: stop_now leaves what still waits and a later run goes on with it") {
    loop events;
    task_group tasks{events.context()};
    std::vector<std::string> seen;
    tasks.spawn("a", note_after(seen, "a", 5ms));
    tasks.spawn("stop", [](loop& l) -> task<> {
        l.stop_now();
        co_return;
    }(events));
    events.run();
    CHECK(seen.empty());
    events.run();
    CHECK(seen == std::vector<std::string>{"a"});
}

}  // namespace vf::runtime
