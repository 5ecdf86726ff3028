// An event loop: the main one of a process, or that of a `loop_thread`. Declared in `app` after
// everything its coroutine frames use: frames that never ended are destroyed with the loop. All
// code runs on the thread of its loop except what the blocking pool runs.
#pragma once

#include <boost/asio/io_context.hpp>

#include "vf/base/clock.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

class loop {
public:
    loop() : context_{1} {}

    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    [[nodiscard]] boost::asio::io_context& context() { return context_; }

    // Runs until no work is left or `stop_now` is called.
    void run();
    void stop_now();

private:
    boost::asio::io_context context_;
};

// Suspends the calling coroutine; the loop goes on.
[[nodiscard]] task<> sleep(vf::duration span);
// Lets everything else that is ready run first.
[[nodiscard]] task<> yield();

}  // namespace vf::runtime
