#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "client/client_config.hpp"
#include "client/client_log.hpp"
#include "consumer/join_monitor.hpp"
#include "consumer/record_buffer.hpp"
#include "consumer/watchdog.hpp"
#include "producer/permits.hpp"
#include "producer/record_bytes.hpp"

using namespace vf::kafka;
using namespace std::chrono_literals;

namespace {

vf::wire::record consumed(std::int32_t partition, std::int64_t offset, std::size_t bytes = 10) {
    vf::wire::record record;
    record.topic = "t";
    record.value = std::string(bytes, 'x');
    record.partition = partition;
    record.offset = offset;
    record.timestamp = vf::instant{std::chrono::seconds{1'000 + offset}};
    return record;
}

record_buffer make_intake(std::size_t records, std::size_t bytes, std::size_t buffer) {
    return record_buffer{record_buffer_limits{records, bytes, buffer}};
}

const partition_id first{"t", 0};
const partition_id second{"t", 1};

}  // namespace

TEST_CASE("permits: a load is taken whole or not at all", "[unit]") {
    permits most{load{10, 1'000}};
    CHECK(most.take({10, 1'000}));
    CHECK_FALSE(most.take({1, 1}));
    most.give_back({4, 400});
    CHECK_FALSE(most.take({5, 1}));
    CHECK_FALSE(most.take({1, 401}));
    CHECK(most.take({4, 400}));
    CHECK(most.taken().records == 10);
}

TEST_CASE(
    "client log: a kind speaks once per span and tells how often it was held back", "[unit]"
) {
    log_gate gate{10s};
    const log_gate::time start{};
    CHECK(gate.admit("FAIL", start) == 0);
    CHECK_FALSE(gate.admit("FAIL", start + 1s));
    CHECK_FALSE(gate.admit("FAIL", start + 9s));
    CHECK(gate.admit("OTHER", start + 9s) == 0);
    CHECK(gate.admit("FAIL", start + 10s) == 2);
    CHECK_FALSE(gate.admit("FAIL", start + 11s));
}

TEST_CASE("watchdog: only work without a commit for the whole limit is a stall", "[unit]") {
    watchdog dog{10s};
    const watchdog::time start{};
    CHECK_FALSE(dog.stalled(start, true, 0));
    CHECK_FALSE(dog.stalled(start + 9s, true, 0));
    CHECK_FALSE(dog.stalled(start + 10s, true, 1));
    CHECK_FALSE(dog.stalled(start + 15s, false, 1));
    CHECK_FALSE(dog.stalled(start + 26s, true, 1));
    CHECK(dog.stalled(start + 36s, true, 1));
}

TEST_CASE("client config: a span becomes whole milliseconds, rounded up", "[unit]") {
    CHECK(to_milliseconds(1500us) == "2");
    CHECK(to_milliseconds(8s) == "8000");
    CHECK(to_milliseconds(0us) == "0");
}

TEST_CASE("client config: an unknown setting and a bad value are configuration errors", "[unit]") {
    client_config config{"127.0.0.1:1", "x"};
    config.set({GENERATE(setting{"no.such.setting", "1"}, setting{"acks", "many"})});
    const auto client = config.make(RD_KAFKA_PRODUCER);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == vf::failure::permanent);
    CHECK(client.error().code == "kafka_configuration");
}

TEST_CASE("join watch: a join lasts from its request to the answered sync", "[unit]") {
    constexpr int join = 11;
    constexpr int sync = 14;
    const join_monitor::time now{100s};
    join_monitor watch;
    CHECK_FALSE(watch.joining(now));
    watch.note_sent(join, now);
    CHECK(watch.joining(now));
    watch.note_answered(join, false, now);
    CHECK(watch.joining(now + 59s));
    CHECK_FALSE(watch.joining(now + 60s));
    watch.note_answered(sync, false, now);
    CHECK_FALSE(watch.joining(now));
    watch.note_sent(join, now);
    watch.note_answered(join, true, now);
    CHECK_FALSE(watch.joining(now));
}

TEST_CASE("join watch: where a join may follow there is doubt for a moment", "[unit]") {
    constexpr int heartbeat = 12;
    constexpr int sync = 14;
    const join_monitor::time now{100s};
    join_monitor watch;
    watch.note_sent(heartbeat, now);
    CHECK_FALSE(watch.joining(now));
    watch.note_answered(heartbeat, false, now);
    CHECK(watch.joining(now + 9ms));
    CHECK_FALSE(watch.joining(now + 10ms));
    watch.expect_join(now);
    watch.note_answered(heartbeat, false, now);
    CHECK(watch.joining(now + 999ms));
    CHECK_FALSE(watch.joining(now + 1s));
    watch.note_answered(sync, false, now);
    CHECK_FALSE(watch.joining(now));
}

TEST_CASE("record bytes: key, value and headers all count", "[unit]") {
    vf::wire::record one;
    one.value = std::string(100, 'v');
    const auto bare = wire_bytes(one);
    CHECK(bare >= 161);
    one.key = "12345";
    CHECK(wire_bytes(one) == bare + 5);
    one.headers.push_back({"ab", "cde"});
    CHECK(wire_bytes(one) == bare + 5 + 15);
}

TEST_CASE("intake: records of partitions not owned are dropped", "[unit]") {
    auto record_buffer = make_intake(10, 10'000, 100'000);
    record_buffer.accept(consumed(0, 0));
    CHECK(record_buffer.empty());
    record_buffer.assigned({first});
    record_buffer.accept(consumed(0, 0));
    record_buffer.accept(consumed(1, 0));
    CHECK(record_buffer.take().records.size() == 1);
}

TEST_CASE("intake: a batch ends at the record limit and at the byte limit", "[unit]") {
    auto record_buffer = make_intake(3, 10'000, 100'000);
    record_buffer.assigned({first});
    for (int i = 0; i < 5; ++i) {
        record_buffer.accept(consumed(0, i));
    }
    CHECK(record_buffer.take().records.size() == 3);
    CHECK(record_buffer.take().records.size() == 2);

    auto small = make_intake(100, 1'000, 100'000);
    small.assigned({first});
    small.accept(consumed(0, 0, 5'000));
    small.accept(consumed(0, 1, 300));
    small.accept(consumed(0, 2, 300));
    CHECK(small.take().records.size() == 1);  // the first always fits
    CHECK(small.take().records.size() == 2);
}

TEST_CASE("intake: partitions take turns and keep their order", "[unit]") {
    auto record_buffer = make_intake(2, 10'000, 100'000);
    record_buffer.assigned({first, second});
    for (int i = 0; i < 3; ++i) {
        record_buffer.accept(consumed(0, i));
        record_buffer.accept(consumed(1, i));
    }
    const auto one = record_buffer.take();
    const auto two = record_buffer.take();
    const auto three = record_buffer.take();
    REQUIRE(three.records.size() == 2);
    CHECK(one.records.front().partition != two.records.front().partition);
    CHECK(one.records[0].offset == 0);
    CHECK(one.records[1].offset == 1);
    CHECK(two.records[0].offset == 0);
    CHECK(record_buffer.empty());
}

TEST_CASE("intake: what is done is owed until it is committed", "[unit]") {
    auto record_buffer = make_intake(10, 10'000, 100'000);
    record_buffer.assigned({first, second});
    record_buffer.accept(consumed(0, 7));
    record_buffer.accept(consumed(0, 8));
    record_buffer.accept(consumed(1, 3));
    const auto out = record_buffer.take();
    CHECK(record_buffer.unfinished({first}));
    CHECK(record_buffer.owed().empty());
    record_buffer.done(out);
    const auto owed = record_buffer.owed();
    CHECK(owed == record_buffer::positions{{first, 9}, {second, 4}});
    CHECK(record_buffer.unfinished({first}));
    record_buffer.committed(owed);
    CHECK(record_buffer.owed().empty());
    CHECK_FALSE(record_buffer.unfinished({first, second}));
    CHECK_FALSE(record_buffer.holds_work());
}

TEST_CASE("intake: a batch that is handed back owes nothing", "[unit]") {
    auto record_buffer = make_intake(10, 10'000, 100'000);
    record_buffer.assigned({first});
    record_buffer.accept(consumed(0, 0));
    std::ignore = record_buffer.take();
    record_buffer.hand_back();
    CHECK_FALSE(record_buffer.unfinished({first}));
    CHECK(record_buffer.owed().empty());
}

TEST_CASE("intake: nothing is owed for a partition that went, or went and came back", "[unit]") {
    auto record_buffer = make_intake(10, 10'000, 100'000);
    record_buffer.assigned({first, second});
    record_buffer.accept(consumed(0, 0));
    record_buffer.accept(consumed(1, 0));
    const auto out = record_buffer.take();
    record_buffer.revoked({first, second});
    record_buffer.assigned({second});
    record_buffer.done(out);
    CHECK(record_buffer.owed().empty());
}

TEST_CASE("intake: a revoked partition loses what is buffered and takes no more", "[unit]") {
    auto record_buffer = make_intake(10, 10'000, 1'000);
    record_buffer.assigned({first, second});
    for (int i = 0; i < 5; ++i) {
        record_buffer.accept(consumed(0, i, 300));
    }
    CHECK(record_buffer.full());
    record_buffer.revoking({first});
    CHECK(record_buffer.low());
    record_buffer.accept(consumed(0, 5));
    CHECK(record_buffer.empty());
    CHECK(record_buffer.staying() == std::vector{second});
}

TEST_CASE("intake: the oldest record is the oldest that is not committed", "[unit]") {
    auto record_buffer = make_intake(1, 10'000, 100'000);
    record_buffer.assigned({first, second});
    CHECK_FALSE(record_buffer.oldest("t"));
    record_buffer.accept(consumed(0, 5));
    record_buffer.accept(consumed(1, 9));
    CHECK_FALSE(record_buffer.oldest("u"));
    const auto out = record_buffer.take();
    CHECK(record_buffer.oldest("t") == consumed(0, 5).timestamp);
    record_buffer.done(out);
    CHECK(record_buffer.oldest("t") == consumed(0, 5).timestamp);
    record_buffer.committed(record_buffer.owed());
    CHECK(record_buffer.oldest("t") == consumed(0, 9).timestamp);
}
