// One coroutine waits for one answer of librdkafka. `complete` resumes it by one post, however many
// reports the answer consists of. Loop thread. Whoever calls `complete` keeps this alive until
// then: the suspended coroutine is held here.
#pragma once

#include <optional>

#include <boost/asio/use_awaitable.hpp>

#include "vf/runtime/task.hpp"

namespace vf::kafka {

class completion {
public:
    // Returns at once when already complete; one waiter.
    [[nodiscard]] runtime::task<> wait();
    void complete();

    [[nodiscard]] bool done() const { return done_; }

private:
    using resumption =
        boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;
    struct suspension;

    bool done_{false};
    std::optional<resumption> waiter_;
};

}  // namespace vf::kafka
