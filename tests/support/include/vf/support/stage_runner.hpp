// A stage driven as the host drives it, without a broker: one batch at a time, decoded, processed,
// published to memory and committed. For the tests of stages; one thread, one loop.
#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/worker.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::support {

template <class Message>
class stage_runner {
public:
    // The loop, the clock and the stage outlive this.
    stage_runner(
        runtime::loop& loop, const vf::clock& clock, const wire::consumer_description& consumer,
        consumer::decoder<Message> decode, consumer::stage<Message>& stage
    )
        : loop_{loop}, clock_{clock}, consumer_{consumer}, decoding_{std::move(decode), stage} {}

    // What the batch came to on its topics; nothing when the worker stood still, and left it.
    std::vector<wire::record> process(std::vector<wire::record> records) {
        const auto count = records.size();
        memory_source source{std::move(records), count + 1};
        memory_sink sink;
        runtime::signal stop{loop_.context()};
        runtime::signal fault{loop_.context()};
        consumer::worker worker{
            {source, decoding_, sink, clock_, random_, stop, fault}, {consumer_, {}}, registry_
        };
        runtime::task_group watching{loop_.context()};
        watching.spawn("stop_when_stalled", stop_when_stalled(worker, stop));
        run_task(loop_, worker.run(), limit);
        stalled_ = worker.stalled();
        stop.raise();
        run_task(loop_, watching.join(limit));
        committed_ = source.committed() == count;
        return std::move(sink.published);
    }

    // Whether the last batch was.
    [[nodiscard]] bool committed() const { return committed_; }

    // Why it stood still.
    [[nodiscard]] const std::optional<consumer::stall>& stalled() const { return stalled_; }

private:
    static constexpr vf::duration limit = std::chrono::minutes{2};

    static runtime::task<> stop_when_stalled(
        const consumer::worker& worker, runtime::signal& stop
    ) {
        while (!stop.raised()) {
            if (worker.stalled()) {
                stop.raise();
            }
            static_cast<void>(co_await stop.wait_for(std::chrono::milliseconds{5}));
        }
    }

    runtime::loop& loop_;
    const vf::clock& clock_;
    wire::consumer_description consumer_;
    consumer::decoding_stage<Message> decoding_;
    seeded_random random_{1};
    telemetry::registry registry_;
    bool committed_{false};
    std::optional<consumer::stall> stalled_;
};

}  // namespace vf::support
