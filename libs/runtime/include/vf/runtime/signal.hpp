// Three ways coroutines of one loop wait for each other. Loop thread only; nothing here is a lock.
// What waits may outlive these objects as a frame that never resumes; it then touches nothing.
#pragma once

#include <cstddef>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "vf/base/clock.hpp"
#include "vf/runtime/task.hpp"

namespace vf::runtime {

// The coroutines that wait at one place, first come first. Each has its own time limit.
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

    [[nodiscard]] static task<bool> wait_in(std::shared_ptr<state> line, vf::duration span);

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
    wait_queue line_;
    bool raised_{false};
};

// A notifier: `notify` wakes everybody who waits now, and is remembered once when nobody does.
class notifier {
public:
    explicit notifier(boost::asio::io_context& context);

    void notify();
    // True when rung before the time was over.
    [[nodiscard]] task<bool> wait_for(vf::duration span);

private:
    wait_queue line_;
    bool notified_{false};
};

// A number of permits, given first come first served.
class permits {
public:
    permits(boost::asio::io_context& context, std::size_t count);

    [[nodiscard]] std::size_t available() const { return available_; }

    // True when a permit was got before the time was over; it is given back by `release`.
    [[nodiscard]] task<bool> acquire(vf::duration span);
    void release();

private:
    wait_queue line_;
    std::size_t available_;
};

}  // namespace vf::runtime
