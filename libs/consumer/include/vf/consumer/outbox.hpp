// Rows that are published until they are marked so: a page of them is read, encoded, published and,
// once the broker has acknowledged all of it, marked. A crash between the two publishes the page
// again, so every record carries an id that its consumers know a repeat by. Owned by whoever
// decides when to publish; loop thread. Two that publish at once, here or in another process,
// repeat records and lose none.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "vf/base/error.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/task.hpp"
#include "vf/telemetry/metrics.hpp"
#include "vf/wire/record.hpp"

namespace vf::consumer {

// What the three call is owned by app and outlives the outbox.
template <class Row>
struct outbox_rows {
    // Unpublished rows, the oldest first, at most so many.
    std::function<runtime::task<result<std::vector<Row>>>(std::size_t)> fetch;
    // Pure; the same row gives the same record.
    std::function<wire::record(const Row&)> encode;
    std::function<runtime::task<result<void>>(std::vector<Row>)> mark;
};

template <class Row>
class outbox {
public:
    // `published` counts rows that were marked. The sink outlives this.
    outbox(outbox_rows<Row> rows, kafka::sink& sink, telemetry::counter published, std::size_t page)
        : rows_{std::move(rows)}, sink_{sink}, published_{published}, page_{page} {}

    // Page after page until none is left. Errors: those of `fetch`, of the sink and of `mark`; the
    // pages before stay published and marked.
    [[nodiscard]] runtime::task<result<void>> publish_all() {
        for (;;) {
            auto found = co_await rows_.fetch(page_);
            if (!found) {
                co_return forward(found);
            }
            const std::size_t count = found->size();
            if (count == 0) {
                co_return result<void>{};
            }
            std::vector<wire::record> records;
            for (const Row& row : *found) {
                records.push_back(rows_.encode(row));
            }
            auto acknowledged = co_await sink_.publish(std::move(records));
            if (!acknowledged) {
                co_return acknowledged;
            }
            auto marked = co_await rows_.mark(std::move(*found));
            if (!marked) {
                co_return marked;
            }
            published_.increment(static_cast<double>(count));
            if (count < page_) {
                co_return result<void>{};
            }
        }
    }

private:
    outbox_rows<Row> rows_;
    kafka::sink& sink_;
    telemetry::counter published_;
    std::size_t page_;
};

}  // namespace vf::consumer
