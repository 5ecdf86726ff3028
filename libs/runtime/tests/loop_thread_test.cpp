#include "vf/runtime/loop_thread.hpp"

#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::runtime;

namespace {

task<std::thread::id> where() {
    co_return std::this_thread::get_id();
}

struct places {
    std::thread::id before;
    std::thread::id there;
    std::thread::id after;
};

task<places> go_and_come_back(loop& other) {
    places been;
    been.before = std::this_thread::get_id();
    been.there = co_await on_loop(other, where());
    been.after = std::this_thread::get_id();
    co_return been;
}

task<int> many_times(loop& other) {
    int there = 0;
    for (int i = 0; i < 1'000; ++i) {
        const auto thread = co_await on_loop(other, where());
        there += thread != std::this_thread::get_id() ? 1 : 0;
    }
    co_return there;
}

}  // namespace

TEST_CASE("loop thread: work sent there runs there and its caller resumes at home") {
    loop home;
    loop_thread other;
    other.start();
    const auto been = support::run_task(home, go_and_come_back(other.events()));
    CHECK(been.before == std::this_thread::get_id());
    CHECK(been.after == been.before);
    CHECK(been.there != been.before);
    CHECK(support::run_task(home, many_times(other.events())) == 1'000);
}

TEST_CASE("loop thread: stopping twice, or what never ran, is nothing") {
    loop_thread idle;
    idle.stop();
    loop_thread ran;
    ran.start();
    ran.stop();
    ran.stop();
    SUCCEED();
}
