#include "producer/completion.hpp"

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

namespace vf::kafka {

namespace asio = boost::asio;

struct completion::suspension {
    completion* target;

    void operator()(resumption resume) const { target->waiter_.emplace(std::move(resume)); }
};

runtime::task<> completion::wait() {
    if (done_) {
        co_return;
    }
    suspension suspend{this};
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        suspend, asio::use_awaitable
    );
}

void completion::complete() {
    done_ = true;
    if (waiter_) {
        // Emptied first: what is posted may be all that keeps this alive.
        resumption resume = std::move(*waiter_);
        waiter_.reset();
        asio::post(std::move(resume));
    }
}

}  // namespace vf::kafka
