// The one rule for every consumer: decide → write → publish → commit. The shell takes a batch from
// its source, has the stage settle it, publishes every output and awaits the acknowledgements, and
// only then commits the input offsets. A crash anywhere repeats the batch, and the repeat changes
// nothing: the input offset is the outbox. Loop thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vf/base/backoff.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/breaker.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/kafka/source.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/telemetry/log.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::consumer {

// Where a crash may come; tests stop the process at each.
enum class step { received, written, published, committed };

struct shell_options {
    std::string name;  // of the consumer, in logs and metrics
    backoff retry;
    // Called after each step; nothing in production.
    std::function<void(step)> on_step;
    breaker stops;  // when most of a batch would be refused
};

// The parts a shell works with, all owned by app and outliving it.
struct parts {
    kafka::source& source;
    stage& settling;
    kafka::sink& sink;
    runtime::signal& stop;   // raised: finish the batch that is out, then end
    runtime::signal& fault;  // raised by the shell when it cannot go on
    random& randomness;
};

class shell {
public:
    shell(parts with, shell_options options, telemetry::registry& metrics);

    // Until the source stops, or a fault. While stopping, a batch that meets an error is left to be
    // repeated by its next owner.
    [[nodiscard]] runtime::task<> run();

    // When the oldest record of the batch that is being settled was put on its topic; nothing while
    // there is none to be had. Partitions are read in order, so nothing older waits behind it.
    [[nodiscard]] std::optional<instant> oldest_in_hand() const { return oldest_; }

    [[nodiscard]] const std::string& name() const { return options_.name; }

private:
    // False: given up, do not commit.
    [[nodiscard]] runtime::task<bool> settle_all(std::vector<wire::record> records);
    // Adds to `refusals` what sets the guilty records aside.
    [[nodiscard]] runtime::task<bool> settle_halves(
        std::vector<wire::record> records, std::vector<wire::record>& refusals
    );
    [[nodiscard]] runtime::task<result<void>> settle_once(const std::vector<wire::record>& records);
    [[nodiscard]] runtime::task<bool> publish_until_acked(std::vector<wire::record> outputs);
    // Waits before the next try. False: stopping, or not worth a try.
    [[nodiscard]] runtime::task<bool> may_retry(const error& why, std::uint32_t failures);
    // Always false.
    bool give_up(const error& why);
    void at(step now) const;

    parts with_;
    shell_options options_;
    telemetry::logger log_;
    std::optional<instant> oldest_;
    telemetry::counter records_;
    telemetry::counter refused_;
    telemetry::counter retries_;
    telemetry::counter gave_up_;
    telemetry::histogram batch_seconds_;
};

}  // namespace vf::consumer
