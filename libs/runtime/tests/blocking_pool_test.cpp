#include "vf/runtime/blocking_pool.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "on_loop.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::runtime {

using namespace std::chrono_literals;
using tests::on_loop;

namespace {

struct journey {
    std::thread::id before;
    std::thread::id during;
    std::thread::id after;
};

task<journey> travel(blocking_pool& pool) {
    journey seen;
    seen.before = std::this_thread::get_id();
    auto work = [] { return std::this_thread::get_id(); };
    seen.during = co_await pool.run(work);
    seen.after = std::this_thread::get_id();
    co_return seen;
}

task<> add_on_pool(blocking_pool& pool, int& sum, int by) {
    auto twice = [by] { return std::make_unique<int>(2 * by); };
    auto value = co_await pool.run(twice);
    sum += *value;
}

}  // namespace

TEST_CASE("blocking pool: work runs elsewhere and its value comes back on the loop") {
    loop events;
    task_group tasks{events.context()};
    blocking_pool pool{1};
    auto seen = on_loop(events, tasks, travel(pool));
    CHECK(seen.before == std::this_thread::get_id());
    CHECK(seen.after == seen.before);
    CHECK(seen.during != seen.before);
}

TEST_CASE("blocking pool: many calls at once each get their own value") {
    loop events;
    task_group tasks{events.context()};
    blocking_pool pool{3};
    int sum = 0;
    for (int by = 1; by <= 100; ++by) {
        tasks.spawn("add", add_on_pool(pool, sum, by));
    }
    events.run();
    CHECK(sum == 2 * 5050);
}

TEST_CASE("blocking pool: is destroyed while calls wait for a thread") {
    loop events;
    task_group tasks{events.context()};
    int sum = 0;
    {
        blocking_pool pool{1};
        for (int by = 1; by <= 50; ++by) {
            tasks.spawn("add", add_on_pool(pool, sum, by));
        }
        tasks.spawn("stop", [](loop& l) -> task<> {
            co_await yield();
            l.stop_now();
        }(events));
        events.run();
    }
    CHECK(tasks.running() <= 50);
}

}  // namespace vf::runtime
