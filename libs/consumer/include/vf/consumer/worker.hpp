// The one rule for every consumer: decide → write → publish → commit. A worker takes a batch from
// its source, has the stage process it, publishes every output and every record that was set aside,
// awaits the acknowledgements, and only then commits the input offsets. A crash anywhere repeats
// the batch, and the repeat changes nothing: the input offset is the outbox. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "vf/base/backoff.hpp"
#include "vf/base/clock.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/breaker.hpp"
#include "vf/consumer/record_stage.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/kafka/source.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"
#include "vf/wire/topics.hpp"

namespace vf::consumer {

// Where a crash may come; tests stop the process at each.
enum class step { received, written, published, committed };

struct worker_options {
    wire::consumer_description consumer;
    breaker stops;  // when most of a batch would be set aside
    backoff retry{};
    // Called after each step; nothing in production.
    std::function<void(step)> on_step{};
};

// Owned by the host or by a test, and outliving the worker.
struct worker_dependencies {
    kafka::source& source;
    record_stage& stage;
    kafka::sink& sink;
    const vf::clock& clock;
    vf::random& random;
    runtime::signal& stop;   // raised: finish the batch that is out, then end
    runtime::signal& fault;  // raised by the worker when it cannot go on
};

class worker {
public:
    worker(
        const worker_dependencies& dependencies, worker_options options,
        telemetry::registry& registry
    );

    // Until the source stops, or a fault. While stopping, a batch that meets an error is left to be
    // repeated by its next owner.
    [[nodiscard]] runtime::task<> run();

    // When the oldest record of the batch that is being processed was put on its topic; nothing
    // while there is none to be had. Partitions are read in order, so nothing older waits behind.
    [[nodiscard]] std::optional<instant> oldest_in_hand() const { return oldest_; }

private:
    // What the records of a batch came to, over all the transactions it took.
    struct progress {
        std::vector<wire::record> outputs;
        std::size_t set_aside{0};
        std::size_t impossible{0};
    };

    // False: given up, do not commit.
    [[nodiscard]] runtime::task<bool> process_batch(std::vector<wire::record> records);
    [[nodiscard]] runtime::task<bool> process_halves(
        std::vector<wire::record> records, progress& done
    );
    [[nodiscard]] runtime::task<bool> publish_until_acked(std::vector<wire::record> outputs);
    void set_aside(const wire::record& original, refusal refused, progress& done) const;
    // Waits before the next try. False: stopping, or not worth a try.
    [[nodiscard]] runtime::task<bool> may_retry(const error& why, std::uint32_t failures);
    // Always false.
    bool give_up(const error& why);
    void passed(step now) const;

    worker_dependencies deps_;
    worker_options options_;
    telemetry::logger log_;
    std::optional<instant> oldest_;
    telemetry::counter records_;
    telemetry::counter set_aside_;
    telemetry::counter retries_;
    telemetry::counter gave_up_;
    telemetry::histogram batch_seconds_;
};

}  // namespace vf::consumer
