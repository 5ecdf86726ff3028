#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <set>

#include "consumer/group_core.hpp"
#include "mock_broker.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

using namespace vf::kafka;
using namespace vf::kafka::test;
using namespace std::chrono_literals;
using vf::support::run_task;

namespace {

struct kafka_fixture {
    mock_broker broker;
    vf::telemetry::registry metrics;
    vf::runtime::loop events;
    vf::runtime::signal fault{events.context()};
    std::unique_ptr<producer> producer;

    explicit kafka_fixture(int partitions = 1) {
        broker.create_topic("t", partitions);
        producer = producer::create(events, broker.producing(), metrics).value();
    }

    void publish(std::vector<vf::wire::record> records) {
        const auto published = run_task(events, producer->publish(std::move(records)));
        REQUIRE(published);
    }

    std::unique_ptr<group_source> join(const source_options& options) {
        return group_source::create(events, options, metrics, fault).value();
    }

    std::unique_ptr<group_source> join() { return join(broker.consuming("g", "t")); }

    batch next(group_source& source) { return run_task(events, source.next()).value(); }

    void commit(group_source& source, const batch& done) {
        REQUIRE(run_task(events, source.commit(done)));
    }

    void close(group_source& source) { CHECK(run_task(events, source.close(10s))); }

    // Values in the order they came, committing batch by batch.
    std::vector<std::string> read(group_source& source, std::size_t count) {
        std::vector<std::string> values;
        while (values.size() < count) {
            const batch got = next(source);
            for (const auto& one : got.records) {
                values.push_back(one.value);
            }
            commit(source, got);
        }
        return values;
    }
};

std::vector<std::string> numbers(int from, int to) {
    std::vector<std::string> values;
    for (int i = from; i < to; ++i) {
        values.push_back(std::to_string(i));
    }
    return values;
}

// Commits each batch after `work`, until its source is stopped.
struct consumer {
    std::unique_ptr<group_source> source;
    vf::duration work{0};
    std::multiset<std::string> values;
    int failed_commits{0};
    bool ended{false};
};

vf::runtime::task<> consume(consumer& self) {
    for (;;) {
        auto got = co_await self.source->next();
        if (!got || got->records.empty()) {
            break;
        }
        co_await vf::runtime::sleep(self.work);
        for (const auto& one : got->records) {
            self.values.insert(one.value);
        }
        auto committed = co_await self.source->commit(*got);
        self.failed_commits += committed ? 0 : 1;
    }
    self.ended = true;
}

vf::runtime::task<> wait_until(std::function<bool()> holds) {
    while (!holds()) {
        co_await vf::runtime::sleep(5ms);
    }
}

}  // namespace

TEST_CASE("group source: a new group begins at the earliest record", "[unit]") {
    kafka_fixture fixture;
    auto sent = make_record("t", "user", "hello");
    sent.headers = {{"trace", "abc"}, {"empty", ""}};
    auto bare = make_record("t", "user", "");
    bare.key.reset();
    fixture.publish({sent});
    fixture.publish({bare});
    const auto source = fixture.join();
    std::vector<vf::wire::record> got;
    while (got.size() < 2) {
        const batch one = fixture.next(*source);
        got.insert(got.end(), one.records.begin(), one.records.end());
    }
    CHECK(source->joined());
    CHECK(got[0].topic == "t");
    CHECK(got[0].key == "user");
    CHECK(got[0].value == "hello");
    CHECK(got[0].headers == sent.headers);
    CHECK(got[0].source() == vf::wire::coordinates{"t", 0, 0});
    CHECK(got[0].timestamp > vf::instant{});
    CHECK_FALSE(got[1].key);
    CHECK(got[1].offset == 1);
    fixture.close(*source);
}

TEST_CASE("group source: records of one key keep their order, in batches within limits", "[unit]") {
    kafka_fixture fixture{4};
    for (int i = 0; i < 5; ++i) {
        auto records = make_records("t", "k", 20);
        for (int j = 0; j < 20; ++j) {
            records[static_cast<std::size_t>(j)].value = std::to_string(20 * i + j);
        }
        fixture.publish(std::move(records));
    }
    auto options = fixture.broker.consuming("g", "t");
    options.batch_records_max = 7;
    const auto source = fixture.join(options);
    std::vector<std::string> values;
    while (values.size() < 100) {
        const batch got = fixture.next(*source);
        CHECK(got.records.size() <= 7);
        for (const auto& one : got.records) {
            values.push_back(one.value);
        }
        fixture.commit(*source, got);
    }
    CHECK(values == numbers(0, 100));
    fixture.close(*source);
}

TEST_CASE("group source: after a commit the group goes on behind it", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 10));
    auto options = fixture.broker.consuming("g", "t");
    options.batch_records_max = 4;
    auto source = fixture.join(options);
    CHECK(fixture.read(*source, 4) == numbers(0, 4));
    fixture.close(*source);
    source.reset();
    source = fixture.join(options);
    CHECK(fixture.read(*source, 6) == numbers(4, 10));
    fixture.close(*source);
}

TEST_CASE("group source: without a commit the batch is repeated", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 10));
    auto source = fixture.join();
    CHECK(fixture.next(*source).records.front().value == "0");
    fixture.close(*source);
    source = fixture.join();
    CHECK(fixture.next(*source).records.front().value == "0");
    fixture.close(*source);
}

TEST_CASE("group source: a member that vanishes is replaced and its batch repeated", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 3));
    auto source = fixture.join();
    CHECK(fixture.next(*source).records.front().value == "0");
    source.reset();
    source = fixture.join();
    CHECK(fixture.next(*source).records.front().value == "0");
    fixture.close(*source);
}

TEST_CASE("group source: a full buffer pauses, and nothing is lost or repeated", "[unit]") {
    kafka_fixture fixture{3};
    for (int i = 0; i < 3; ++i) {
        fixture.publish(make_records("t", std::to_string(i), 500));
    }
    auto options = fixture.broker.consuming("g", "t");
    options.buffer_bytes_max = 20'000;
    options.batch_records_max = 50;
    const auto source = fixture.join(options);
    std::map<std::int32_t, std::int64_t> next;
    std::size_t count = 0;
    while (count < 1'500) {
        const batch got = fixture.next(*source);
        for (const auto& one : got.records) {
            REQUIRE(one.offset == next[one.partition]);
            ++next[one.partition];
            ++count;
        }
        fixture.commit(*source, got);
    }
    CHECK(count == 1'500);
    fixture.close(*source);
}

TEST_CASE("group source: a second member takes its share without loss", "[unit]") {
    kafka_fixture fixture{6};
    vf::runtime::task_group group{fixture.events.context()};
    consumer one{fixture.join(), 2ms, {}};
    group.spawn("one", consume(one));
    std::multiset<std::string> sent;
    const auto send = [&](int round) {
        std::vector<vf::wire::record> records;
        for (int i = 0; i < 60; ++i) {
            const auto value = std::to_string(round * 60 + i);
            sent.insert(value);
            records.push_back(make_record("t", value, value));
        }
        fixture.publish(std::move(records));
    };
    send(0);
    run_task(fixture.events, wait_until([&] { return !one.values.empty(); }));

    auto options = fixture.broker.consuming("g", "t");
    options.client_id = "second";
    consumer two{fixture.join(options), 2ms, {}};
    group.spawn("two", consume(two));
    for (int round = 1; two.values.empty() && round < 400; ++round) {
        send(round);
        run_task(fixture.events, vf::runtime::sleep(20ms));
    }
    CHECK_FALSE(two.values.empty());
    const auto seen_by_either = [&] {
        std::set<std::string> seen(one.values.begin(), one.values.end());
        seen.insert(two.values.begin(), two.values.end());
        return seen;
    };
    run_task(fixture.events, wait_until([&] { return seen_by_either().size() >= sent.size(); }));
    // A commit that meets a join may be refused and its batch come again (join_monitor.hpp): seen
    // on a machine that is busy otherwise. Nothing may be missing.
    CHECK(std::ranges::equal(seen_by_either(), sent));

    // The first leaves, the second has it all.
    one.source->stop();
    run_task(fixture.events, wait_until([&] { return one.ended; }));
    fixture.close(*one.source);
    const std::size_t before = two.values.size();
    send(1'000);
    run_task(fixture.events, wait_until([&] { return two.values.size() >= before + 60; }));
    CHECK(two.values.size() == before + 60);
    two.source->stop();
    run_task(fixture.events, wait_until([&] { return two.ended; }));
    fixture.close(*two.source);
}

TEST_CASE("group source: a batch that outlasts the revoke limit is not committed", "[unit]") {
    kafka_fixture fixture{2};
    fixture.publish(make_records("t", "a", 5));
    fixture.publish(make_records("t", "b", 5));
    fixture.publish(make_records("t", "c", 5));
    auto options = fixture.broker.consuming("g", "t");
    options.revoke_limit = 100ms;
    const auto one = fixture.join(options);
    const batch unfinished = fixture.next(*one);
    REQUIRE_FALSE(unfinished.records.empty());
    const auto two = fixture.join(options);
    run_task(fixture.events, wait_until([&] { return two->joined(); }));
    std::set<std::int32_t> mine;
    const batch other = fixture.next(*two);
    for (const auto& record : other.records) {
        mine.insert(record.partition);
        CHECK(record.value == "0");
        break;
    }
    // Its commit leaves out what the other member has now.
    CHECK(run_task(fixture.events, one->commit(unfinished)));
    fixture.commit(*two, other);
    fixture.close(*two);
    fixture.close(*one);
}

TEST_CASE("group source: stop makes next return empty, now and later", "[unit]") {
    kafka_fixture fixture;
    const auto source = fixture.join();
    std::optional<batch> got;
    vf::runtime::task_group group{fixture.events.context()};
    consumer waiting{fixture.join(), 0ms, {}};
    group.spawn("waiting", consume(waiting));
    run_task(fixture.events, vf::runtime::yield());
    CHECK_FALSE(waiting.ended);
    waiting.source->stop();
    run_task(fixture.events, wait_until([&] { return waiting.ended; }));
    CHECK(fixture.next(*waiting.source).records.empty());
    fixture.close(*waiting.source);
    fixture.close(*source);
}

TEST_CASE("group source: a commit refused for a moment is tried again", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 3));
    auto source = fixture.join();
    const batch got = fixture.next(*source);
    fixture.broker.answer(
        offset_commit_request,
        {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE}
    );
    CHECK(run_task(fixture.events, source->commit(got)));
    fixture.close(*source);
    source.reset();
    fixture.publish({make_record("t", "k", "after")});
    source = fixture.join();
    CHECK(fixture.next(*source).records.front().value == "after");
    fixture.close(*source);
}

TEST_CASE(
    "group source: a commit that keeps failing is an error, and is sent again later", "[unit]"
) {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 3));
    auto source = fixture.join();
    const batch got = fixture.next(*source);
    fixture.broker.answer(
        offset_commit_request, std::vector(12, RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE)
    );
    const auto refused = run_task(fixture.events, source->commit(got));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "commit_failed");
    CHECK(refused.error().is_transient());
    fixture.publish(make_records("t", "k", 1));
    vf::result<void> later = vf::fail(vf::failure::transient, "not_yet");
    const batch more = fixture.next(*source);
    for (int tries = 0; !later && tries < 5; ++tries) {
        later = run_task(fixture.events, source->commit(more));
    }
    CHECK(later);
    fixture.close(*source);
}

TEST_CASE("group source: work without a commit for the stall limit raises the fault", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 3));
    auto options = fixture.broker.consuming("g", "t");
    options.stall_limit = 200ms;
    const auto source = fixture.join(options);
    CHECK_FALSE(fixture.next(*source).records.empty());
    CHECK(run_task(fixture.events, fixture.fault.wait_for(10s)));
    fixture.close(*source);
}

TEST_CASE("group source: an idle member raises no fault", "[unit]") {
    kafka_fixture fixture;
    fixture.publish(make_records("t", "k", 3));
    auto options = fixture.broker.consuming("g", "t");
    options.stall_limit = 100ms;
    const auto source = fixture.join(options);
    CHECK(fixture.read(*source, 3).size() == 3);
    CHECK_FALSE(run_task(fixture.events, fixture.fault.wait_for(500ms)));
    fixture.close(*source);
}

TEST_CASE("group core: a fatal client error ends next and raises the fault", "[unit]") {
    kafka_fixture fixture;
    const auto source = fixture.join();
    run_task(fixture.events, wait_until([&] { return source->joined(); }));
    CHECK_FALSE(fixture.fault.raised());
    fixture.close(*source);
    auto core = std::make_shared<group_core>(
        fixture.events.context(), fixture.broker.consuming("g2", "t"), fixture.metrics,
        fixture.fault
    );
    REQUIRE(core->open());
    rd_kafka_test_fatal_error(core->client(), RD_KAFKA_RESP_ERR__INVALID_ARG, "test");
    CHECK(run_task(fixture.events, fixture.fault.wait_for(10s)));
    REQUIRE(core->fatal());
    CHECK(core->fatal()->code == "consumer_fatal");
    CHECK(core->fatal()->kind == vf::failure::permanent);
    core->shut();
}

TEST_CASE("group source: no topic at all is a configuration error", "[unit]") {
    kafka_fixture fixture;
    auto options = fixture.broker.consuming("g", "t");
    options.topics.clear();
    const auto source =
        group_source::create(fixture.events, options, fixture.metrics, fixture.fault);
    REQUIRE_FALSE(source);
    CHECK(source.error().code == "kafka_configuration");
}
