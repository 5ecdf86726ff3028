// One call of publish on its way, and the loop that waits for its answer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <boost/asio/io_context.hpp>

#include "producer/permits.hpp"
#include "vf/runtime/completion.hpp"
#include "vf/wire/record.hpp"

namespace vf::kafka {

class answer_queue;

// librdkafka holds a bare pointer to it for each record, so it keeps itself alive until the last
// report has come; the values of the records are read where they lie. Reports are taken on the
// producer's loop, all else happens on the loop that publishes.
struct publish_call {
    explicit publish_call(std::shared_ptr<answer_queue> loop);

    std::vector<wire::record> records;
    kafka::load load;
    std::atomic<std::int64_t> reports_due{0};
    std::atomic<rd_kafka_resp_err_t> failed{RD_KAFKA_RESP_ERR_NO_ERROR};
    std::chrono::steady_clock::time_point begun;
    std::shared_ptr<answer_queue> answers;
    runtime::completion answered;
    std::shared_ptr<publish_call> self;

    // The first failure stands.
    void fail(rd_kafka_resp_err_t code) {
        auto before = RD_KAFKA_RESP_ERR_NO_ERROR;
        failed.compare_exchange_strong(before, code);
    }
};

// The calls of one loop that are to be answered: however many there are, the loop is woken once.
class answer_queue : public std::enable_shared_from_this<answer_queue> {
public:
    using calls = std::vector<std::shared_ptr<publish_call>>;

    explicit answer_queue(boost::asio::io_context& context)
        : completions_{runtime::completions::of(context)}, context_{&context} {}

    [[nodiscard]] runtime::completions& completions() { return completions_; }

    // Any thread.
    void answer_later(calls finished);
    // From a handler of the loop.
    static void answer_now(calls finished);

    // The loop ends, and answers nothing any more.
    void close();

private:
    void answer_waiting();

    runtime::completions& completions_;
    std::mutex mutex_;
    boost::asio::io_context* context_;  // null when closed
    calls finished_;
};

}  // namespace vf::kafka
