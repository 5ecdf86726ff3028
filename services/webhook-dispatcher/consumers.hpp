// The consumers of this process, each a source, a stage and the shell that drives them: started
// one by one, drained together. Loop thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/base/error.hpp"
#include "vf/base/random.hpp"
#include "vf/consumer/shell.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/runtime/signal.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/telemetry/metrics.hpp"

namespace vf::webhook_dispatcher {

// What all of them share, owned by app and outliving them.
struct consumer_parts {
    runtime::loop& events;
    telemetry::registry& registry;
    const vf::clock& time;
    runtime::signal& stop;
    runtime::signal& fault;
    random& randomness;
};

class consumers {
public:
    explicit consumers(consumer_parts with) : with_{with}, running_{with.events.context()} {}

    // Reads `from.topics` into `stage`, publishing to `sink`. Errors: those of the source.
    [[nodiscard]] result<void> start(
        kafka::source_options from, std::unique_ptr<consumer::stage> stage, kafka::sink& sink
    );

    // Each has had an assignment.
    [[nodiscard]] bool joined() const;

    // Stop is raised: finishes the batches that are out and leaves the groups. False when the time
    // was over first.
    [[nodiscard]] runtime::task<bool> close(duration limit);

private:
    struct part {
        std::unique_ptr<kafka::group_source> source;
        std::unique_ptr<consumer::stage> stage;
        std::unique_ptr<consumer::shell> shell;
    };

    consumer_parts with_;
    std::vector<part> parts_;
    runtime::task_group running_;
};

}  // namespace vf::webhook_dispatcher
