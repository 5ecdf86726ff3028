#include "vf/runtime/blocking_pool.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vf/base/assert.hpp"

namespace vf::runtime {

namespace asio = boost::asio;

namespace {

// Called on the loop thread: takes what resumes the awaiting coroutine to a pool thread and back.
struct run_on_pool {
    asio::thread_pool* threads;
    std::function<void()> work;

    template <class Handler>
    void operator()(Handler resume) {
        auto call = [work = std::move(work), resume = std::move(resume)]() mutable {
            work();
            auto loop = asio::get_associated_executor(resume);
            asio::post(loop, std::move(resume));
        };
        asio::post(*threads, std::move(call));
    }
};

}  // namespace

blocking_pool::blocking_pool(std::size_t threads) : threads_{threads} {
    VF_ASSERT(threads > 0);
}

blocking_pool::~blocking_pool() {
    threads_.stop();
    threads_.join();
}

task<> blocking_pool::run_erased(std::function<void()> work) {
    run_on_pool start{&threads_, std::move(work)};
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(start), asio::use_awaitable
    );
}

}  // namespace vf::runtime
