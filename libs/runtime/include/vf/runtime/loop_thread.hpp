// A loop on a thread of its own, for a service that serves on several cores. What lives on such a
// loop is constructed and destroyed by the main thread while the loop does not run, and touched in
// between only by what is sent there with `on_loop` or `post`.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vf/runtime/loop.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

class loop_thread {
public:
    loop_thread() = default;

    ~loop_thread() { stop(); }

    loop_thread(const loop_thread&) = delete;
    loop_thread& operator=(const loop_thread&) = delete;

    [[nodiscard]] loop& events() { return events_; }

    // Once, from the main thread.
    void start();
    // Ends the loop where it stands and waits for its thread; nothing when it does not run.
    void stop();

private:
    using work_guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    loop events_;
    std::optional<work_guard> work_guard_;
    std::thread thread_;
};

// Runs the work on another loop and resumes here with its result. The work owns its arguments: they
// are constructed on this thread and used on the other.
template <class T>
[[nodiscard]] task<T> on_loop(loop& target, task<T> work) {
    return boost::asio::co_spawn(target.context(), std::move(work), boost::asio::use_awaitable);
}

// Runs in a turn of the loop. Any thread.
void post(loop& target, std::function<void()> work);

}  // namespace vf::runtime
