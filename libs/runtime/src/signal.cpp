#include "vf/runtime/signal.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "timer_span.hpp"

namespace vf::runtime {

namespace asio = boost::asio;

struct wait_queue::entry {
    entry(asio::io_context& context, std::shared_ptr<state> queue);
    ~entry();
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

    asio::steady_timer timer;
    std::shared_ptr<state> queue;
    bool woken{false};
};

struct wait_queue::state {
    asio::io_context& context;
    std::deque<entry*> waiting;

    void wake(entry& waiter) {
        waiter.woken = true;
        waiter.timer.cancel();
    }
};

wait_queue::entry::entry(asio::io_context& context, std::shared_ptr<state> s)
    : timer{context}, queue{std::move(s)} {
    queue->waiting.push_back(this);
}

wait_queue::entry::~entry() {
    std::erase(queue->waiting, this);
}

wait_queue::wait_queue(asio::io_context& context) : state_{std::make_shared<state>(context)} {}

bool wait_queue::empty() const {
    return state_->waiting.empty();
}

void wait_queue::wake_one() {
    if (!state_->waiting.empty()) {
        entry* first = state_->waiting.front();
        state_->waiting.pop_front();
        state_->wake(*first);
    }
}

void wait_queue::wake_all() {
    while (!state_->waiting.empty()) {
        wake_one();
    }
}

task<bool> wait_queue::wait_for(vf::duration span) {
    return wait_in(state_, span);
}

task<bool> wait_queue::wait_in(std::shared_ptr<state> queue, vf::duration span) {
    entry mine{queue->context, queue};
    mine.timer.expires_after(timer_span(span));
    auto token = asio::as_tuple(asio::use_awaitable);
    co_await mine.timer.async_wait(token);
    co_return mine.woken;
}

signal::signal(asio::io_context& context) : queue_{context} {}

void signal::raise() {
    raised_ = true;
    queue_.wake_all();
}

task<> signal::wait() {
    while (!raised_) {
        co_await queue_.wait_for(vf::duration::max());
    }
}

task<bool> signal::wait_for(vf::duration span) {
    if (raised_) {
        co_return true;
    }
    bool woken = co_await queue_.wait_for(span);
    co_return woken;
}

notifier::notifier(asio::io_context& context) : queue_{context} {}

void notifier::notify() {
    if (queue_.empty()) {
        notified_ = true;
    } else {
        queue_.wake_all();
    }
}

task<bool> notifier::wait_for(vf::duration span) {
    if (notified_) {
        notified_ = false;
        co_return true;
    }
    bool woken = co_await queue_.wait_for(span);
    co_return woken;
}

permits::permits(asio::io_context& context, std::size_t count)
    : queue_{context}, available_{count} {}

task<bool> permits::acquire(vf::duration span) {
    if (available_ > 0) {
        --available_;
        co_return true;
    }
    // `release` hands its permit to the first that waits, so `available_` stays 0 meanwhile.
    bool woken = co_await queue_.wait_for(span);
    co_return woken;
}

void permits::release() {
    if (queue_.empty()) {
        ++available_;
    } else {
        queue_.wake_one();
    }
}

}  // namespace vf::runtime
