#include <catch2/catch_test_macros.hpp>

#include <array>

#include <catch2/generators/catch_generators.hpp>

#include "client/client_config.hpp"
#include "client/client_log.hpp"
#include "consumer/join_monitor.hpp"
#include "consumer/record_buffer.hpp"
#include "consumer/watchdog.hpp"
#include "producer/partitioner.hpp"
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

record_buffer make_buffer(
    std::size_t batch_records, std::size_t batch_bytes, std::size_t buffer_bytes
) {
    return record_buffer{record_buffer_limits{batch_records, batch_bytes, buffer_bytes}};
}

const partition_id first{"t", 0};
const partition_id second{"t", 1};

}  // namespace

TEST_CASE("partitioner: one partition for an interval, then the next, and all as often", "[unit]") {
    const time_partitioner partitioner{10ms, 7};
    const std::chrono::steady_clock::time_point start{1h};
    const auto begin = partitioner.choose(start, 4);
    CHECK(partitioner.choose(start + 9'999us, 4) == begin);
    CHECK(partitioner.choose(start + 10ms, 4) == (begin + 1) % 4);
    std::array<int, 4> chosen{};
    for (int interval = 0; interval < 40; ++interval) {
        const auto partition = partitioner.choose(start + interval * 10ms, 4);
        ++chosen.at(static_cast<std::size_t>(partition));
    }
    CHECK(chosen == std::array{10, 10, 10, 10});
    CHECK(time_partitioner{10ms, 8}.choose(start, 4) == (begin + 1) % 4);
    CHECK(partitioner.choose(start, 1) == 0);
}

TEST_CASE("permits: a load is taken whole or not at all", "[unit]") {
    permits permits{load{10, 1'000}};
    CHECK(permits.take({10, 1'000}));
    CHECK_FALSE(permits.take({1, 1}));
    permits.release({4, 400});
    CHECK_FALSE(permits.take({5, 1}));
    CHECK_FALSE(permits.take({1, 401}));
    CHECK(permits.take({4, 400}));
    CHECK(permits.taken().records == 10);
}

TEST_CASE("client log: a kind is logged once per span, with how often it was left out", "[unit]") {
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
    watchdog watchdog{10s};
    const watchdog::time start{};
    CHECK_FALSE(watchdog.stalled(start, true, 0));
    CHECK_FALSE(watchdog.stalled(start + 9s, true, 0));
    CHECK_FALSE(watchdog.stalled(start + 10s, true, 1));
    CHECK_FALSE(watchdog.stalled(start + 15s, false, 1));
    CHECK_FALSE(watchdog.stalled(start + 26s, true, 1));
    CHECK(watchdog.stalled(start + 36s, true, 1));
    watchdog.touch(start + 37s);
    CHECK_FALSE(watchdog.stalled(start + 46s, true, 1));
    CHECK(watchdog.stalled(start + 47s, true, 1));
}

TEST_CASE("client config: a span becomes whole milliseconds, rounded up", "[unit]") {
    CHECK(to_milliseconds(1500us) == "2");
    CHECK(to_milliseconds(8s) == "8000");
    CHECK(to_milliseconds(0us) == "0");
}

TEST_CASE("client config: an unknown setting and a bad value are configuration errors", "[unit]") {
    client_config config{{.brokers = "127.0.0.1:1"}, "x"};
    config.set({GENERATE(setting{"no.such.setting", "1"}, setting{"acks", "many"})});
    const auto client = config.make(RD_KAFKA_PRODUCER);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == vf::failure::permanent);
    CHECK(client.error().code == "kafka_configuration");
}

TEST_CASE("join monitor: a join lasts from its request to the answered sync", "[unit]") {
    constexpr int join = 11;
    constexpr int sync = 14;
    const join_monitor::time now{100s};
    join_monitor monitor;
    CHECK_FALSE(monitor.joining(now));
    monitor.note_sent(join, now);
    CHECK(monitor.joining(now));
    monitor.note_answered(join, false, now);
    CHECK(monitor.joining(now + 59s));
    CHECK_FALSE(monitor.joining(now + 60s));
    monitor.note_answered(sync, false, now);
    CHECK_FALSE(monitor.joining(now));
    monitor.note_sent(join, now);
    monitor.note_answered(join, true, now);
    CHECK_FALSE(monitor.joining(now));
}

TEST_CASE("join monitor: where a join may follow, one is expected for a moment", "[unit]") {
    constexpr int heartbeat = 12;
    constexpr int sync = 14;
    const join_monitor::time now{100s};
    join_monitor monitor;
    monitor.note_sent(heartbeat, now);
    CHECK_FALSE(monitor.joining(now));
    monitor.note_answered(heartbeat, false, now);
    CHECK(monitor.joining(now + 9ms));
    CHECK_FALSE(monitor.joining(now + 10ms));
    monitor.expect_join(now);
    monitor.note_answered(heartbeat, false, now);
    CHECK(monitor.joining(now + 999ms));
    CHECK_FALSE(monitor.joining(now + 1s));
    monitor.note_answered(sync, false, now);
    CHECK_FALSE(monitor.joining(now));
}

TEST_CASE("record bytes: key, value and headers all count", "[unit]") {
    vf::wire::record record;
    record.value = std::string(100, 'v');
    const auto bare = wire_bytes(record);
    CHECK(bare >= 161);
    record.key = "12345";
    CHECK(wire_bytes(record) == bare + 5);
    record.headers.push_back({"ab", "cde"});
    CHECK(wire_bytes(record) == bare + 5 + 15);
}

TEST_CASE("record buffer: records of partitions not owned are dropped", "[unit]") {
    auto buffer = make_buffer(10, 10'000, 100'000);
    buffer.accept(consumed(0, 0));
    CHECK(buffer.empty());
    buffer.assigned({first});
    buffer.accept(consumed(0, 0));
    buffer.accept(consumed(1, 0));
    CHECK(buffer.take().records.size() == 1);
}

TEST_CASE("record buffer: a batch ends at the record limit and at the byte limit", "[unit]") {
    auto buffer = make_buffer(3, 10'000, 100'000);
    buffer.assigned({first});
    for (int i = 0; i < 5; ++i) {
        buffer.accept(consumed(0, i));
    }
    CHECK(buffer.take().records.size() == 3);
    CHECK(buffer.take().records.size() == 2);

    auto small = make_buffer(100, 1'000, 100'000);
    small.assigned({first});
    small.accept(consumed(0, 0, 5'000));
    small.accept(consumed(0, 1, 300));
    small.accept(consumed(0, 2, 300));
    CHECK(small.take().records.size() == 1);  // the first always fits
    CHECK(small.take().records.size() == 2);
}

TEST_CASE("record buffer: partitions take turns and keep their order", "[unit]") {
    auto buffer = make_buffer(2, 10'000, 100'000);
    buffer.assigned({first, second});
    for (int i = 0; i < 3; ++i) {
        buffer.accept(consumed(0, i));
        buffer.accept(consumed(1, i));
    }
    const auto one = buffer.take();
    const auto two = buffer.take();
    const auto three = buffer.take();
    REQUIRE(three.records.size() == 2);
    CHECK(one.records.front().partition != two.records.front().partition);
    CHECK(one.records[0].offset == 0);
    CHECK(one.records[1].offset == 1);
    CHECK(two.records[0].offset == 0);
    CHECK(buffer.empty());
}

TEST_CASE("record buffer: what is done is to be committed until it is", "[unit]") {
    auto buffer = make_buffer(10, 10'000, 100'000);
    buffer.assigned({first, second});
    buffer.accept(consumed(0, 7));
    buffer.accept(consumed(0, 8));
    buffer.accept(consumed(1, 3));
    const auto batch = buffer.take();
    CHECK(buffer.unfinished({first}));
    CHECK(buffer.to_commit().empty());
    buffer.done(batch);
    const auto offsets = buffer.to_commit();
    CHECK(offsets == record_buffer::positions{{first, 9}, {second, 4}});
    CHECK(buffer.unfinished({first}));
    buffer.committed(offsets);
    CHECK(buffer.to_commit().empty());
    CHECK_FALSE(buffer.unfinished({first, second}));
    CHECK_FALSE(buffer.has_work());
}

TEST_CASE("record buffer: an abandoned batch is not committed", "[unit]") {
    auto buffer = make_buffer(10, 10'000, 100'000);
    buffer.assigned({first});
    buffer.accept(consumed(0, 0));
    std::ignore = buffer.take();
    buffer.abandon();
    CHECK_FALSE(buffer.unfinished({first}));
    CHECK(buffer.to_commit().empty());
}

TEST_CASE(
    "record buffer: nothing is committed for a partition that was lost, or assigned again since",
    "[unit]"
) {
    auto buffer = make_buffer(10, 10'000, 100'000);
    buffer.assigned({first, second});
    buffer.accept(consumed(0, 0));
    buffer.accept(consumed(1, 0));
    const auto batch = buffer.take();
    buffer.revoked({first, second});
    buffer.assigned({second});
    buffer.done(batch);
    CHECK(buffer.to_commit().empty());
}

TEST_CASE("record buffer: a revoked partition loses what is buffered and takes no more", "[unit]") {
    auto buffer = make_buffer(10, 10'000, 1'000);
    buffer.assigned({first, second});
    for (int i = 0; i < 5; ++i) {
        buffer.accept(consumed(0, i, 300));
    }
    CHECK(buffer.full());
    buffer.revoking({first});
    CHECK(buffer.low());
    buffer.accept(consumed(0, 5));
    CHECK(buffer.empty());
    CHECK(buffer.active() == std::vector{second});
}

TEST_CASE("record buffer: the oldest record is the oldest that is not committed", "[unit]") {
    auto buffer = make_buffer(1, 10'000, 100'000);
    buffer.assigned({first, second});
    CHECK_FALSE(buffer.oldest("t"));
    buffer.accept(consumed(0, 5));
    buffer.accept(consumed(1, 9));
    CHECK_FALSE(buffer.oldest("u"));
    const auto batch = buffer.take();
    CHECK(buffer.oldest("t") == consumed(0, 5).timestamp);
    buffer.done(batch);
    CHECK(buffer.oldest("t") == consumed(0, 5).timestamp);
    buffer.committed(buffer.to_commit());
    CHECK(buffer.oldest("t") == consumed(0, 9).timestamp);
}
