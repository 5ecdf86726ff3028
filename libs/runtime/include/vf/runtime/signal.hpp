// How coroutines of one loop wait for each other. Loop thread only; nothing here is a lock. A
// coroutine that waits may outlive these objects as a frame that never resumes; it then touches
// nothing.
#pragma once

#include <cstddef>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "vf/base/clock.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

// Suspended coroutines, resumed first come first served. Each has its own time limit.
class wait_queue {
public:
    explicit wait_queue(boost::asio::io_context& context);

    [[nodiscard]] bool empty() const;

    void wake_one();
    void wake_all();
    // True when woken before the time was over.
    [[nodiscard]] task<bool> wait_for(vf::duration span);

private:
    struct entry;
    struct state;

    [[nodiscard]] static task<bool> wait_in(std::shared_ptr<state> queue, vf::duration span);

    std::shared_ptr<state> state_;
};

// A latch: closed until `raise`, then open for good. `stop` of a process is one.
class signal {
public:
    explicit signal(boost::asio::io_context& context);

    [[nodiscard]] bool raised() const { return raised_; }

    void raise();
    [[nodiscard]] task<> wait();
    // True when raised before the time was over.
    [[nodiscard]] task<bool> wait_for(vf::duration span);

private:
    wait_queue queue_;
    bool raised_{false};
};

// `notify` wakes every coroutine that waits now; when none does, the next wait returns at once.
class notifier {
public:
    explicit notifier(boost::asio::io_context& context);

    void notify();
    // True when notified before the time was over.
    [[nodiscard]] task<bool> wait_for(vf::duration span);

private:
    wait_queue queue_;
    bool notified_{false};
};

// A number of permits, given first come first served.
class permits {
public:
    permits(boost::asio::io_context& context, std::size_t count);

    [[nodiscard]] std::size_t available() const { return available_; }

    // True when a permit was acquired before the time was over; `release` gives it back.
    [[nodiscard]] task<bool> acquire(vf::duration span);
    void release();

private:
    wait_queue queue_;
    std::size_t available_;
};

}  // namespace vf::runtime
