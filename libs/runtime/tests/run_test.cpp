#include "vf/runtime/run.hpp"

#include <chrono>
#include <csignal>
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include "in_child.hpp"

namespace vf::runtime {

using namespace std::chrono_literals;

namespace {

struct scripted_app final : application {
    explicit scripted_app(loop& events) : stop{events.context()}, fault{events.context()} {}

    task<result<void>> start() override {
        co_await yield();
        on_start();
        co_return start_answer;
    }

    task<result<void>> drain(vf::duration) override {
        on_drain();
        if (drain_hangs) {
            co_await sleep(10min);
        }
        co_return drain_answer;
    }

    signal stop;
    signal fault;
    std::function<void()> on_start{[] {}};
    std::function<void()> on_drain{[] {}};
    result<void> start_answer;
    result<void> drain_answer;
    bool drain_hangs{false};
};

int exit_code_of(const std::function<void(scripted_app&)>& arrange) {
    return tests::in_child([&arrange] {
        loop events;
        scripted_app app{events};
        arrange(app);
        return run(events, app, app.stop, app.fault, 5ms);
    });
}

}  // namespace

TEST_CASE("run: SIGTERM and SIGINT drain and exit with 0") {
    for (int number : {SIGTERM, SIGINT}) {
        CHECK(exit_code_of([number](scripted_app& app) {
                  app.on_start = [number] { ::kill(::getpid(), number); };
              }) == exit_drained);
    }
}

TEST_CASE("run: a start that fails exits with 75") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.start_answer = fail(failure::transient, "broker_away");
          }) == exit_could_not_start);
}

TEST_CASE("run: a start that was stopped drains and exits with 0") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.on_start = [] { ::kill(::getpid(), SIGTERM); };
              app.start_answer = fail(failure::stopped, "stopped");
          }) == exit_drained);
}

TEST_CASE("run: a fault drains and exits with 70") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.on_start = [&app] { app.fault.raise(); };
          }) == exit_fault);
}

TEST_CASE("run: a drain that fails exits with 70") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.stop.raise();
              app.drain_answer = fail(failure::transient, "drain_timed_out");
          }) == exit_fault);
}

TEST_CASE("run: a drain that does not end is cut off with 70") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.stop.raise();
              app.drain_hangs = true;
          }) == exit_fault);
}

TEST_CASE("run: a second signal ends a drain at once with 70") {
    CHECK(exit_code_of([](scripted_app& app) {
              app.on_start = [] { ::kill(::getpid(), SIGTERM); };
              app.on_drain = [] { ::kill(::getpid(), SIGTERM); };
              app.drain_hangs = true;
          }) == exit_fault);
}

}  // namespace vf::runtime
