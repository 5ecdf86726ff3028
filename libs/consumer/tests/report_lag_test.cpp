#include "vf/consumer/report_lag.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "vf/runtime/task_group.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::consumer;

namespace {

const instant noon = from_microseconds(1'732'104'000'000'000);

// Looks at the lag from within the batch that is being settled.
class looking_stage final : public stage {
public:
    runtime::task<result<std::vector<wire::record>>> settle(std::vector<wire::record>) override {
        seen.push_back(lag_of({looked_at}, noon));
        co_return std::vector<wire::record>{};
    }

    wire::record refuse(const wire::record& input, const error&) override { return input; }

    const shell* looked_at{nullptr};
    std::vector<vf::duration> seen;
};

wire::record put_at(instant when) {
    wire::record made;
    made.timestamp = when;
    return made;
}

}  // namespace

TEST_CASE("lag: the age of the oldest record in hand, and nothing once it is settled") {
    runtime::loop events;
    telemetry::registry metrics;
    seeded_random randomness{1};
    support::memory_source source{
        {put_at(noon - std::chrono::seconds{2}), put_at(noon - std::chrono::seconds{7})}, 10
    };
    support::memory_sink sink;
    looking_stage stage;
    runtime::signal stop{events.context()};
    runtime::signal fault{events.context()};
    shell_options options;
    options.name = "looked_at";
    shell consumer{{source, stage, sink, stop, fault, randomness}, options, metrics};
    stage.looked_at = &consumer;
    support::run_task(events, consumer.run());
    CHECK(stage.seen == std::vector<vf::duration>{std::chrono::seconds{7}});
    CHECK(lag_of({&consumer}, noon) == vf::duration{0});

    const manual_clock now{noon};
    stop.raise();
    support::run_task(events, report_lag({&consumer}, metrics, now, stop));
    CHECK(metrics.expose().contains("vf_consumer_lag_seconds{consumer=\"looked_at\"} 0"));
}
