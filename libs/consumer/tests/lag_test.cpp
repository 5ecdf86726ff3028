#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vf/consumer/worker.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::consumer;
using namespace std::chrono_literals;

namespace {

constexpr instant noon = from_microseconds(1'700'000'000'000'000);

// Looks at its worker from within the batch that is being processed.
class looking_stage final : public stage<std::string> {
public:
    runtime::task<result<outcome>> process(batch<std::string>) override {
        seen.push_back(observed->oldest_in_hand());
        co_return outcome{};
    }

    const worker* observed{nullptr};
    std::vector<std::optional<instant>> seen;
};

wire::record put_at(instant timestamp) {
    wire::record record;
    record.timestamp = timestamp;
    return record;
}

}  // namespace

TEST_CASE("lag: the oldest record in hand counts, and nothing once it is committed") {
    runtime::loop loop;
    telemetry::registry registry;
    const manual_clock clock{noon};
    seeded_random random{1};
    support::memory_source source{{put_at(noon - 2s), put_at(noon - 7s)}, 10};
    support::memory_sink sink;
    looking_stage stage;
    const auto decode = [](const wire::record& record) -> result<std::string> {
        return record.value;
    };
    decoding_stage<std::string> decoding{decode, stage};
    runtime::signal stop{loop.context()};
    runtime::signal fault{loop.context()};
    worker observed{
        {source, decoding, sink, clock, random, stop, fault},
        {{"observed", "in", "stage"}, {}},
        registry
    };
    stage.observed = &observed;
    CHECK_FALSE(observed.oldest_in_hand());
    support::run_task(loop, observed.run());
    CHECK(stage.seen == std::vector<std::optional<instant>>{noon - 7s});
    CHECK_FALSE(observed.oldest_in_hand());
}
