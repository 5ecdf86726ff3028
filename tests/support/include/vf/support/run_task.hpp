// Runs one coroutine on a loop until it has ended and gives its value back; an exception of it, and
// so a failing REQUIRE, is thrown again. Called by tests on their own thread, never from within the
// loop. Throws when `limit` is over first: the frame then lives on until the loop is destroyed, so
// declare the loop after what the coroutine uses.
//
// `run_ready` and `run_until` run the loop for what a test has spawned on it, under the same rules.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "vf/base/clock.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"

namespace vf::support {

inline constexpr vf::duration run_task_limit = std::chrono::seconds{20};

namespace detail {

// What the coroutine leaves behind; shared, because a run that was given up outlives its caller.
template <class T>
struct outcome {
    bool done{false};
    std::exception_ptr failed{};
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value{};
};

template <class T>
runtime::task<> keep(runtime::task<T> work, std::shared_ptr<outcome<T>> outcome) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
    } else {
        auto value = co_await std::move(work);
        outcome->value.emplace(std::move(value));
    }
}

}  // namespace detail

template <class T>
T run_task(runtime::loop& events, runtime::task<T> work, vf::duration limit = run_task_limit) {
    auto end = std::make_shared<detail::outcome<T>>();
    auto note = [end](std::exception_ptr failed) {
        end->done = true;
        end->failed = std::move(failed);
    };
    boost::asio::co_spawn(events.context(), detail::keep<T>(std::move(work), end), note);

    const auto last = std::chrono::steady_clock::now() + limit;
    events.context().restart();
    while (!end->done && events.context().run_one_until(last) > 0) {
    }
    if (!end->done) {
        throw std::runtime_error{"run_task: the coroutine did not end in time"};
    }
    if (end->failed) {
        std::rethrow_exception(end->failed);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*end->value);
    }
}

// Until nothing is ready: what waits for time, for a descriptor or for another thread still waits.
inline void run_ready(runtime::loop& events) {
    events.context().restart();
    while (events.context().poll() > 0) {
    }
}

// Until it holds; looks after every handler and, for what other threads do, often enough. Throws
// when `limit` is over first.
inline void run_until(
    runtime::loop& events, const std::function<bool()>& holds, vf::duration limit = run_task_limit
) {
    constexpr std::chrono::milliseconds glance{5};
    const auto last = std::chrono::steady_clock::now() + limit;
    const auto work = boost::asio::make_work_guard(events.context());
    events.context().restart();
    while (!holds()) {
        if (std::chrono::steady_clock::now() > last) {
            throw std::runtime_error{"run_until: it did not come true in time"};
        }
        events.context().run_one_for(glance);
    }
}

}  // namespace vf::support
