#include "vf/runtime/loop.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "timer_span.hpp"

namespace vf::runtime {

namespace asio = boost::asio;

void loop::run() {
    context_.restart();
    context_.run();
}

void loop::stop_now() {
    context_.stop();
}

task<> sleep(vf::duration span) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    timer.expires_after(timer_span(span));
    auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
}

task<> yield() {
    auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

}  // namespace vf::runtime
