#include "normaliser/ingest/after_live.hpp"

#include <chrono>

#include "vf/wire/topics.hpp"

namespace vf::normaliser {

namespace {

constexpr vf::duration look_again = std::chrono::milliseconds{250};
// However busy the live lane, the backlog moves.
constexpr vf::duration longest_wait = std::chrono::seconds{5};

}  // namespace

bool yields_to(const live_lane& live, vf::duration waited) {
    constexpr vf::duration tolerated = std::chrono::seconds{1};
    // What replicas that keep up have in hand at any time.
    constexpr std::int64_t in_hand = 2'000;
    return waited < longest_wait && (live.behind > tolerated || live.unread > in_hand);
}

// Waits with the batch in hand: the members of the group do not notice.
runtime::task<result<kafka::batch>> after_live::next() {
    auto batch = co_await backfill_.next();
    if (!batch || batch->records.empty()) {
        co_return batch;
    }
    const auto topic = wire::describe(wire::topic::ingest);
    vf::duration waited{0};
    for (;;) {
        live_lane live{live_.behind()};
        // This process keeps up: do the others?
        if (!yields_to(live, waited)) {
            const auto group_offsets =
                co_await live_.offsets.read(topic, wire::consumers::ingest.group);
            live.unread = group_offsets ? group_offsets->end - group_offsets->committed : 0;
        }
        if (!yields_to(live, waited)) {
            co_return batch;
        }
        const bool stopping = co_await stop_.wait_for(look_again);
        if (stopping) {
            co_return batch;
        }
        waited += look_again;
    }
}

runtime::task<result<void>> after_live::commit(const kafka::batch& done) {
    return backfill_.commit(done);
}

void after_live::touch() {
    backfill_.touch();
}

void after_live::stop() {
    backfill_.stop();
}

}  // namespace vf::normaliser
