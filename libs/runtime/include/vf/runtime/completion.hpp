// One coroutine waits for one answer: no timer, no queue. Loop thread of the coroutine; whoever
// completes it keeps it alive until then. A coroutine that still waits when its loop ends goes with
// the loop.
#pragma once

#include <optional>

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vf/runtime/task.hpp"

namespace vf::runtime {

class completion;

// Those of one loop that a coroutine waits for. It belongs to the loop.
class completions final : public boost::asio::execution_context::service {
public:
    using key_type = completions;
    static boost::asio::execution_context::id id;

    explicit completions(boost::asio::execution_context& loop) : service{loop} {}

    [[nodiscard]] static completions& of(boost::asio::io_context& context);

private:
    friend class completion;

    void shutdown() override;

    completion* first_{nullptr};
};

class completion {
public:
    explicit completion(completions& loop) : loop_{loop} {}

    ~completion();
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;

    // One waiter; after a turn of the loop when it is complete already.
    [[nodiscard]] task<> wait();

    // The coroutine goes on before this returns: from a handler of its loop that is done with what
    // the coroutine may destroy. It then costs no turn of the loop.
    void complete();
    // The coroutine goes on in a turn of its own.
    void complete_later();

    [[nodiscard]] bool done() const { return done_; }

private:
    friend class completions;
    using resumption =
        boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;
    struct suspension;

    void suspend(resumption resume);
    [[nodiscard]] std::optional<resumption> take_waiter();

    completions& loop_;
    completion* next_{nullptr};
    completion* previous_{nullptr};
    std::optional<resumption> waiter_;
    bool done_{false};
};

}  // namespace vf::runtime
