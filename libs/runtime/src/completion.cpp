#include "vf/runtime/completion.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace vf::runtime {

namespace asio = boost::asio;

asio::execution_context::id completions::id;

completions& completions::of(asio::io_context& context) {
    return asio::use_service<completions>(context);
}

void completions::shutdown() {
    while (first_ != nullptr) {
        // What is left of the coroutine is destroyed by the loop.
        static_cast<void>(first_->take_waiter());
    }
}

struct completion::suspension {
    completion* target;

    void operator()(resumption resume) const { target->suspend(std::move(resume)); }
};

completion::~completion() {
    static_cast<void>(take_waiter());
}

task<> completion::wait() {
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        suspension{this}, asio::use_awaitable
    );
}

void completion::suspend(resumption resume) {
    if (done_) {
        asio::post(std::move(resume));
        return;
    }
    waiter_.emplace(std::move(resume));
    previous_ = nullptr;
    next_ = std::exchange(loop_.first_, this);
    if (next_ != nullptr) {
        next_->previous_ = this;
    }
}

// Emptied before it goes on: the coroutine may be all that keeps this alive.
std::optional<completion::resumption> completion::take_waiter() {
    if (!waiter_) {
        return std::nullopt;
    }
    (previous_ == nullptr ? loop_.first_ : previous_->next_) = next_;
    if (next_ != nullptr) {
        next_->previous_ = previous_;
    }
    std::optional<resumption> taken{std::move(*waiter_)};
    waiter_.reset();
    return taken;
}

void completion::complete() {
    done_ = true;
    if (auto resume = take_waiter()) {
        auto& go_on = *resume;
        std::move(go_on)();
    }
}

void completion::complete_later() {
    done_ = true;
    if (auto resume = take_waiter()) {
        asio::post(std::move(*resume));
    }
}

}  // namespace vf::runtime
