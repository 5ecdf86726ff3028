// Runs one coroutine on a loop until it ends and returns its value.
#pragma once

#include <optional>
#include <utility>

#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"
#include "vf/runtime/task_group.hpp"

namespace vf::runtime::tests {

template <class T>
task<> keep(std::optional<T>& kept, task<T> work) {
    T value = co_await std::move(work);
    kept.emplace(std::move(value));
}

template <class T>
T on_loop(loop& events, task_group& tasks, task<T> work) {
    std::optional<T> kept;
    tasks.spawn("test", keep(kept, std::move(work)));
    events.run();
    return std::move(kept).value();
}

}  // namespace vf::runtime::tests
