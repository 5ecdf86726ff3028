#include "vf/runtime/completion.hpp"

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>

#include "vf/runtime/loop.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;

namespace {

runtime::task<> note_end(runtime::completion& answer, int& ended) {
    co_await answer.wait();
    ++ended;
}

// Holds what it waits for, as a request does.
runtime::task<> hold_and_wait(
    std::shared_ptr<runtime::completion> answer, std::shared_ptr<int> held
) {
    co_await answer->wait();
    ++*held;
}

}  // namespace

TEST_CASE("completion: the waiter goes on within the call, or in a turn of its own") {
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    auto& completions = runtime::completions::of(events.context());
    int ended = 0;
    runtime::completion now{completions};
    runtime::completion later{completions};
    tasks.spawn("now", note_end(now, ended));
    tasks.spawn("later", note_end(later, ended));
    support::run_ready(events);
    CHECK(ended == 0);
    CHECK_FALSE(now.done());
    now.complete();
    CHECK(now.done());
    CHECK(ended == 1);
    later.complete_later();
    CHECK(later.done());
    CHECK(ended == 1);
    support::run_ready(events);
    CHECK(ended == 2);
}

TEST_CASE("completion: whoever waits for what is complete goes on") {
    runtime::loop events;
    runtime::completion answer{runtime::completions::of(events.context())};
    answer.complete();
    int ended = 0;
    support::run_task(events, note_end(answer, ended));
    CHECK(ended == 1);
}

TEST_CASE("completion: a coroutine that still waits goes with its loop") {
    auto held = std::make_shared<int>(0);
    std::optional<runtime::loop> events{std::in_place};
    {
        runtime::task_group tasks{events->context()};
        auto& completions = runtime::completions::of(events->context());
        for (int i = 0; i < 3; ++i) {
            auto answer = std::make_shared<runtime::completion>(completions);
            tasks.spawn("wait", hold_and_wait(std::move(answer), held));
        }
        support::run_ready(*events);
    }
    CHECK(held.use_count() == 4);
    events.reset();
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}
