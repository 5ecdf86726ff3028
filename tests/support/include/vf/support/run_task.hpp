// Runs one coroutine on a loop until it has ended and gives its value back; an exception of it, and
// so a failing REQUIRE, is thrown again. Called by tests on their own thread, never from within the
// loop. Throws when `limit` is over first: the frame then lives on until the loop is destroyed, so
// declare the loop after what the coroutine uses.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
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

}  // namespace vf::support
