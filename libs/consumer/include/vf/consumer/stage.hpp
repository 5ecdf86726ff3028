// What one consumer decides and writes: from a batch of decoded messages to what is to be published
// and what is set aside. Implemented by services, driven by `worker` on the loop thread, one batch
// at a time for each member of the group; a stage with several members keeps nothing of a batch in
// itself.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "vf/base/error.hpp"
#include "vf/runtime/task.hpp"
#include "vf/wire/record.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::consumer {

// The code of an exception, whether a stage throws it or what it does in a transaction.
inline constexpr std::string_view work_threw = "work_threw";

template <class Message>
struct input {
    std::size_t index{0};  // of its record in the batch
    Message message;
};

template <class Message>
using batch = std::vector<input<Message>>;

// A record that can never be processed. The worker names the stage in the reason.
struct refusal {
    std::size_t index{0};
    wire::set_aside_reason reason;
    // No customer can cause it: many of these in a batch are our fault, see breaker.hpp.
    bool impossible{false};
};

struct outcome {
    std::vector<wire::record> outputs;
    std::vector<refusal> set_aside;
};

template <class Message>
class stage {
public:
    virtual ~stage() = default;

    // Decides the messages by pure functions and writes them in one transaction, every effect
    // guarded by a unique key. Answers everything that must be published for these inputs, whether
    // their rows were new or not: a crash may have come between a write and its publish.
    //
    // An error means that nothing was written. transient: the worker tries the same batch again.
    // data, an exception, and a conflict or a time-out that lasts: it tries parts of the batch
    // until the guilty record stands alone, and sets it aside. Anything else is a fault: it stands
    // still.
    [[nodiscard]] virtual runtime::task<result<outcome>> process(batch<Message> messages) = 0;
};

// Errors are reason codes: the record is set aside under the code of its error. Pure.
template <class Message>
using decoder = std::function<result<Message>(const wire::record&)>;

}  // namespace vf::consumer
