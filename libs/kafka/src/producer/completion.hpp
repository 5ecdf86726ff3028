// One coroutine waits here for one answer of librdkafka. Completing resumes it by one post, however
// many reports the answer was made of. Loop thread. Whoever owes the answer keeps this alive until
// `complete`: the parked coroutine lives inside.
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
    struct parking;

    bool done_{false};
    std::optional<resumption> waiter_;
};

}  // namespace vf::kafka
