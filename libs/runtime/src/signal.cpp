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
    entry(asio::io_context& context, std::shared_ptr<state> line);
    ~entry();
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

    asio::steady_timer timer;
    std::shared_ptr<state> line;
    bool woken{false};
};

struct wait_queue::state {
    asio::io_context& context;
    std::deque<entry*> waiting;

    void wake(entry& sleeper) {
        sleeper.woken = true;
        sleeper.timer.cancel();
    }
};

wait_queue::entry::entry(asio::io_context& context, std::shared_ptr<state> l)
    : timer{context}, line{std::move(l)} {
    line->waiting.push_back(this);
}

wait_queue::entry::~entry() {
    std::erase(line->waiting, this);
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

task<bool> wait_queue::wait_in(std::shared_ptr<state> line, vf::duration span) {
    entry mine{line->context, line};
    mine.timer.expires_after(timer_span(span));
    auto token = asio::as_tuple(asio::use_awaitable);
    co_await mine.timer.async_wait(token);
    co_return mine.woken;
}

signal::signal(asio::io_context& context) : line_{context} {}

void signal::raise() {
    raised_ = true;
    line_.wake_all();
}

task<> signal::wait() {
    while (!raised_) {
        co_await line_.wait_for(vf::duration::max());
    }
}

task<bool> signal::wait_for(vf::duration span) {
    if (raised_) {
        co_return true;
    }
    bool woken = co_await line_.wait_for(span);
    co_return woken;
}

notifier::notifier(asio::io_context& context) : line_{context} {}

void notifier::notify() {
    if (line_.empty()) {
        notified_ = true;
    } else {
        line_.wake_all();
    }
}

task<bool> notifier::wait_for(vf::duration span) {
    if (notified_) {
        notified_ = false;
        co_return true;
    }
    bool woken = co_await line_.wait_for(span);
    co_return woken;
}

permits::permits(asio::io_context& context, std::size_t count)
    : line_{context}, available_{count} {}

task<bool> permits::acquire(vf::duration span) {
    if (available_ > 0) {
        --available_;
        co_return true;
    }
    // `release` hands its permit to the first in line, so `available_` stays 0 meanwhile.
    bool woken = co_await line_.wait_for(span);
    co_return woken;
}

void permits::release() {
    if (line_.empty()) {
        ++available_;
    } else {
        line_.wake_one();
    }
}

}  // namespace vf::runtime
