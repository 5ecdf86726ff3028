#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <set>

#include "group_core.hpp"
#include "mock_broker.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

using namespace vf::kafka;
using namespace vf::kafka::test;
using namespace std::chrono_literals;
using vf::support::run_task;

namespace {

struct fixture {
    mock_broker broker;
    vf::telemetry::registry metrics;
    vf::runtime::loop events;
    vf::runtime::signal fault{events.context()};
    std::unique_ptr<producer> to;

    explicit fixture(int partitions = 1) {
        broker.create_topic("t", partitions);
        to = producer::create(events, broker.producing(), metrics).value();
    }

    void publish(std::vector<vf::wire::record> records) {
        REQUIRE(run_task(events, to->publish(std::move(records))));
    }

    std::unique_ptr<group_source> join(const source_options& options) {
        return group_source::create(events, options, metrics, fault).value();
    }

    std::unique_ptr<group_source> join() { return join(broker.consuming("g", "t")); }

    batch next(group_source& from) { return run_task(events, from.next()).value(); }

    void commit(group_source& from, const batch& done) {
        REQUIRE(run_task(events, from.commit(done)));
    }

    void close(group_source& from) { CHECK(run_task(events, from.close(10s))); }

    // Values in the order they came, committing batch by batch.
    std::vector<std::string> read(group_source& from, std::size_t count) {
        std::vector<std::string> made;
        while (made.size() < count) {
            const batch got = next(from);
            for (const auto& one : got.records) {
                made.push_back(one.value);
            }
            commit(from, got);
        }
        return made;
    }
};

std::vector<std::string> numbers(int from, int to) {
    std::vector<std::string> made;
    for (int i = from; i < to; ++i) {
        made.push_back(std::to_string(i));
    }
    return made;
}

// A reader that commits each batch after `work`, until it is told to stop.
struct reader {
    std::unique_ptr<group_source> from;
    vf::duration work{0};
    std::multiset<std::string> values;
    int failed_commits{0};
    bool ended{false};
};

vf::runtime::task<> read_on(reader& self) {
    for (;;) {
        auto got = co_await self.from->next();
        if (!got || got->records.empty()) {
            break;
        }
        co_await vf::runtime::sleep(self.work);
        for (const auto& one : got->records) {
            self.values.insert(one.value);
        }
        auto committed = co_await self.from->commit(*got);
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
    fixture at;
    auto sent = make_record("t", "user", "hello");
    sent.headers = {{"trace", "abc"}, {"empty", ""}};
    auto bare = make_record("t", "user", "");
    bare.key.reset();
    at.publish({sent});
    at.publish({bare});
    const auto from = at.join();
    std::vector<vf::wire::record> got;
    while (got.size() < 2) {
        const batch one = at.next(*from);
        got.insert(got.end(), one.records.begin(), one.records.end());
    }
    CHECK(from->joined());
    CHECK(got[0].topic == "t");
    CHECK(got[0].key == "user");
    CHECK(got[0].value == "hello");
    CHECK(got[0].headers == sent.headers);
    CHECK(got[0].source() == vf::wire::coordinates{"t", 0, 0});
    CHECK(got[0].timestamp > vf::instant{});
    CHECK_FALSE(got[1].key);
    CHECK(got[1].offset == 1);
    at.close(*from);
}

TEST_CASE("group source: records of one key keep their order, in batches within limits", "[unit]") {
    fixture at{4};
    for (int i = 0; i < 5; ++i) {
        auto records = make_records("t", "k", 20);
        for (int j = 0; j < 20; ++j) {
            records[static_cast<std::size_t>(j)].value = std::to_string(20 * i + j);
        }
        at.publish(std::move(records));
    }
    auto options = at.broker.consuming("g", "t");
    options.batch_records_max = 7;
    const auto from = at.join(options);
    std::vector<std::string> values;
    while (values.size() < 100) {
        const batch got = at.next(*from);
        CHECK(got.records.size() <= 7);
        for (const auto& one : got.records) {
            values.push_back(one.value);
        }
        at.commit(*from, got);
    }
    CHECK(values == numbers(0, 100));
    at.close(*from);
}

TEST_CASE("group source: after a commit the group goes on behind it", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 10));
    auto options = at.broker.consuming("g", "t");
    options.batch_records_max = 4;
    auto from = at.join(options);
    CHECK(at.read(*from, 4) == numbers(0, 4));
    at.close(*from);
    from.reset();
    from = at.join(options);
    CHECK(at.read(*from, 6) == numbers(4, 10));
    at.close(*from);
}

TEST_CASE("group source: without a commit the batch is repeated", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 10));
    auto from = at.join();
    CHECK(at.next(*from).records.front().value == "0");
    at.close(*from);
    from = at.join();
    CHECK(at.next(*from).records.front().value == "0");
    at.close(*from);
}

TEST_CASE("group source: a member that vanishes is replaced and its batch repeated", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 3));
    auto from = at.join();
    CHECK(at.next(*from).records.front().value == "0");
    from.reset();
    from = at.join();
    CHECK(at.next(*from).records.front().value == "0");
    at.close(*from);
}

TEST_CASE("group source: a full buffer pauses, and nothing is lost or repeated", "[unit]") {
    fixture at{3};
    for (int i = 0; i < 3; ++i) {
        at.publish(make_records("t", std::to_string(i), 500));
    }
    auto options = at.broker.consuming("g", "t");
    options.buffer_bytes_max = 20'000;
    options.batch_records_max = 50;
    const auto from = at.join(options);
    std::map<std::int32_t, std::int64_t> next;
    std::size_t count = 0;
    while (count < 1'500) {
        const batch got = at.next(*from);
        for (const auto& one : got.records) {
            REQUIRE(one.offset == next[one.partition]);
            ++next[one.partition];
            ++count;
        }
        at.commit(*from, got);
    }
    CHECK(count == 1'500);
    at.close(*from);
}

TEST_CASE("group source: a second member takes its share without loss", "[unit]") {
    fixture at{6};
    vf::runtime::task_group group{at.events.context()};
    reader one{at.join(), 2ms, {}};
    group.spawn("one", read_on(one));
    std::multiset<std::string> sent;
    const auto send = [&](int round) {
        std::vector<vf::wire::record> records;
        for (int i = 0; i < 60; ++i) {
            const auto value = std::to_string(round * 60 + i);
            sent.insert(value);
            records.push_back(make_record("t", value, value));
        }
        at.publish(std::move(records));
    };
    send(0);
    run_task(at.events, wait_until([&] { return !one.values.empty(); }));

    auto options = at.broker.consuming("g", "t");
    options.client_id = "second";
    reader two{at.join(options), 2ms, {}};
    group.spawn("two", read_on(two));
    for (int round = 1; two.values.empty() && round < 400; ++round) {
        send(round);
        run_task(at.events, vf::runtime::sleep(20ms));
    }
    CHECK_FALSE(two.values.empty());
    const auto seen_by_either = [&] {
        std::set<std::string> seen(one.values.begin(), one.values.end());
        seen.insert(two.values.begin(), two.values.end());
        return seen;
    };
    run_task(at.events, wait_until([&] { return seen_by_either().size() >= sent.size(); }));
    // A commit that meets a join may be refused and its batch come again (join_watch.hpp): seen on
    // a machine that is busy otherwise. Nothing may be missing.
    CHECK(std::ranges::equal(seen_by_either(), sent));

    // The first leaves, the second has it all.
    one.from->stop();
    run_task(at.events, wait_until([&] { return one.ended; }));
    at.close(*one.from);
    const std::size_t before = two.values.size();
    send(1'000);
    run_task(at.events, wait_until([&] { return two.values.size() >= before + 60; }));
    CHECK(two.values.size() == before + 60);
    two.from->stop();
    run_task(at.events, wait_until([&] { return two.ended; }));
    at.close(*two.from);
}

TEST_CASE("group source: a batch that outlasts the revoke limit is not committed", "[unit]") {
    fixture at{2};
    at.publish(make_records("t", "a", 5));
    at.publish(make_records("t", "b", 5));
    at.publish(make_records("t", "c", 5));
    auto options = at.broker.consuming("g", "t");
    options.revoke_limit = 100ms;
    const auto one = at.join(options);
    const batch held = at.next(*one);
    REQUIRE_FALSE(held.records.empty());
    const auto two = at.join(options);
    run_task(at.events, wait_until([&] { return two->joined(); }));
    std::set<std::int32_t> mine;
    const batch other = at.next(*two);
    for (const auto& record : other.records) {
        mine.insert(record.partition);
        CHECK(record.value == "0");
        break;
    }
    // Its commit leaves out what the other member has now.
    CHECK(run_task(at.events, one->commit(held)));
    at.commit(*two, other);
    at.close(*two);
    at.close(*one);
}

TEST_CASE("group source: stop makes next return empty, now and later", "[unit]") {
    fixture at;
    const auto from = at.join();
    std::optional<batch> got;
    vf::runtime::task_group group{at.events.context()};
    reader waiting{at.join(), 0ms, {}};
    group.spawn("waiting", read_on(waiting));
    run_task(at.events, vf::runtime::yield());
    CHECK_FALSE(waiting.ended);
    waiting.from->stop();
    run_task(at.events, wait_until([&] { return waiting.ended; }));
    CHECK(at.next(*waiting.from).records.empty());
    at.close(*waiting.from);
    at.close(*from);
}

TEST_CASE("group source: a commit refused for a moment is tried again", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 3));
    auto from = at.join();
    const batch got = at.next(*from);
    at.broker.answer(
        offset_commit_request,
        {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE}
    );
    CHECK(run_task(at.events, from->commit(got)));
    at.close(*from);
    from.reset();
    at.publish({make_record("t", "k", "after")});
    from = at.join();
    CHECK(at.next(*from).records.front().value == "after");
    at.close(*from);
}

TEST_CASE("group source: a commit that keeps failing says so and is made good later", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 3));
    auto from = at.join();
    const batch got = at.next(*from);
    at.broker.answer(
        offset_commit_request, std::vector(12, RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE)
    );
    const auto refused = run_task(at.events, from->commit(got));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "commit_failed");
    CHECK(refused.error().is_transient());
    at.publish(make_records("t", "k", 1));
    vf::result<void> later = vf::fail(vf::failure::transient, "not_yet");
    const batch more = at.next(*from);
    for (int tries = 0; !later && tries < 5; ++tries) {
        later = run_task(at.events, from->commit(more));
    }
    CHECK(later);
    at.close(*from);
}

TEST_CASE("group source: work without a commit for the stall limit raises the fault", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 3));
    auto options = at.broker.consuming("g", "t");
    options.stall_limit = 200ms;
    const auto from = at.join(options);
    CHECK_FALSE(at.next(*from).records.empty());
    CHECK(run_task(at.events, at.fault.wait_for(10s)));
    at.close(*from);
}

TEST_CASE("group source: an idle member raises no fault", "[unit]") {
    fixture at;
    at.publish(make_records("t", "k", 3));
    auto options = at.broker.consuming("g", "t");
    options.stall_limit = 100ms;
    const auto from = at.join(options);
    CHECK(at.read(*from, 3).size() == 3);
    CHECK_FALSE(run_task(at.events, at.fault.wait_for(500ms)));
    at.close(*from);
}

TEST_CASE("group core: a fatal client error ends next and raises the fault", "[unit]") {
    fixture at;
    const auto from = at.join();
    run_task(at.events, wait_until([&] { return from->joined(); }));
    CHECK_FALSE(at.fault.raised());
    at.close(*from);
    auto core = std::make_shared<group_core>(
        at.events.context(), at.broker.consuming("g2", "t"), at.metrics, at.fault
    );
    REQUIRE(core->open());
    rd_kafka_test_fatal_error(core->client(), RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "test");
    CHECK(run_task(at.events, at.fault.wait_for(10s)));
    REQUIRE(core->fatal());
    CHECK(core->fatal()->code == "consumer_fatal");
    CHECK(core->fatal()->kind == vf::failure::permanent);
    core->shut();
}

TEST_CASE("group source: no topic at all is a configuration error", "[unit]") {
    fixture at;
    auto options = at.broker.consuming("g", "t");
    options.topics.clear();
    const auto made = group_source::create(at.events, options, at.metrics, at.fault);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == "kafka_configuration");
}
