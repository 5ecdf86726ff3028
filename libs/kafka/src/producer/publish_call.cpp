#include "producer/publish_call.hpp"

#include <iterator>
#include <utility>

#include <boost/asio/post.hpp>

namespace vf::kafka {

publish_call::publish_call(std::shared_ptr<answer_queue> loop)
    : answers{std::move(loop)}, answered{answers->completions()} {}

void answer_queue::answer_later(calls finished) {
    const std::scoped_lock locked{mutex_};
    if (context_ == nullptr) {
        return;
    }
    const bool woken = !finished_.empty();
    std::ranges::move(finished, std::back_inserter(finished_));
    if (!woken) {
        boost::asio::post(*context_, [self = shared_from_this()] { self->answer_waiting(); });
    }
}

void answer_queue::answer_now(calls finished) {
    for (const auto& each : finished) {
        each->answered.complete();
    }
}

void answer_queue::answer_waiting() {
    calls finished;
    {
        const std::scoped_lock locked{mutex_};
        finished.swap(finished_);
    }
    answer_now(std::move(finished));
}

void answer_queue::close() {
    const std::scoped_lock locked{mutex_};
    context_ = nullptr;
}

}  // namespace vf::kafka
