#include "vf/runtime/loop_thread.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "vf/base/assert.hpp"

namespace vf::runtime {

void loop_thread::start() {
    VF_ASSERT(!thread_.joinable());
    work_guard_.emplace(boost::asio::make_work_guard(events_.context()));
    thread_ = std::thread{[this] { events_.run(); }};
}

void loop_thread::stop() {
    work_guard_.reset();
    events_.stop_now();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void post(loop& target, std::function<void()> work) {
    boost::asio::post(target.context(), std::move(work));
}

}  // namespace vf::runtime
