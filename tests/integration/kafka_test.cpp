// libs/kafka against the real broker of the stack (VF_KAFKA_BROKERS). Each test makes its own topic
// and group, so runs and tests never meet.
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vf/base/random.hpp"
#include "vf/kafka/admin.hpp"
#include "vf/kafka/group_source.hpp"
#include "vf/kafka/producer.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"

using namespace vf::kafka;
using namespace std::chrono_literals;
using vf::support::run_task;

namespace {

constexpr vf::duration patience = 60s;
constexpr vf::duration session = 6s;

std::string brokers() {
    const char* brokers = std::getenv("VF_KAFKA_BROKERS");
    if (brokers == nullptr) {
        FAIL("VF_KAFKA_BROKERS is not set; scripts/test starts a broker and sets it");
    }
    return brokers;
}

struct kafka_fixture {
    std::string address{brokers()};
    std::string name;
    vf::telemetry::registry metrics;
    vf::runtime::loop events;
    vf::runtime::signal fault{events.context()};
    std::unique_ptr<producer> producer;

    explicit kafka_fixture(std::int32_t partitions) {
        vf::system_random random;
        name = fmt::format("test.{:016x}", random.next());
        const std::array<vf::wire::topic_description, 1> topics{{{name, partitions, 1h}}};
        REQUIRE(create_topics({address}, topics, patience));
        producer_options options;
        options.cluster.brokers = address;
        options.client_id = "integration";
        producer = producer::create(events, options, metrics).value();
    }

    std::unique_ptr<group_source> join(const std::string& client, std::string instance = {}) {
        source_options options;
        options.instance_id = std::move(instance);
        options.cluster.brokers = address;
        options.client_id = client;
        options.group = name;
        options.topics = {name};
        options.session_timeout = session;
        options.batch_records_max = 100;
        return group_source::create(events, options, metrics, fault).value();
    }

    vf::wire::record make(const std::string& key, const std::string& value) const {
        vf::wire::record record;
        record.topic = name;
        record.key = key;
        record.value = value;
        record.headers = {{"trace", "00-abc"}};
        return record;
    }

    // `count` records over 50 keys, values from `first` on.
    void publish(int first, int count) {
        std::vector<vf::wire::record> records;
        for (int i = first; i < first + count; ++i) {
            records.push_back(make(fmt::format("user-{}", i % 50), std::to_string(i)));
        }
        const auto published = run_task(events, producer->publish(std::move(records)), patience);
        REQUIRE(published);
    }

    std::multiset<std::string> read(group_source& source, std::size_t count) {
        std::multiset<std::string> values;
        while (values.size() < count) {
            const batch got = run_task(events, source.next(), patience).value();
            for (const auto& one : got.records) {
                values.insert(one.value);
            }
            REQUIRE(run_task(events, source.commit(got), patience));
        }
        return values;
    }

    void close(group_source& source) { CHECK(run_task(events, source.close(10s), patience)); }
};

std::multiset<std::string> numbers(int first, int count) {
    std::multiset<std::string> values;
    for (int i = first; i < first + count; ++i) {
        values.insert(std::to_string(i));
    }
    return values;
}

// Reads and commits until it is told to stop; notes each record, per key in its order.
struct member {
    std::unique_ptr<group_source> source;
    std::vector<vf::wire::record> seen;
    bool ended{false};
};

vf::runtime::task<> serve(member& self) {
    for (;;) {
        auto got = co_await self.source->next();
        if (!got || got->records.empty()) {
            break;
        }
        co_await vf::runtime::sleep(1ms);
        self.seen.insert(self.seen.end(), got->records.begin(), got->records.end());
        auto committed = co_await self.source->commit(*got);
        if (!committed) {
            continue;
        }
    }
    self.ended = true;
}

vf::runtime::task<> wait_until(std::function<bool()> holds) {
    while (!holds()) {
        co_await vf::runtime::sleep(10ms);
    }
}

std::set<std::string> values_of(std::initializer_list<const member*> members) {
    std::set<std::string> values;
    for (const member* one : members) {
        for (const auto& record : one->seen) {
            values.insert(record.value);
        }
    }
    return values;
}

vf::runtime::task<> leave(group_source& member) {
    member.stop();
    const bool left = co_await member.close(patience);
    CHECK(left);
}

}  // namespace

TEST_CASE(
    "kafka: creating topics twice changes nothing, with other partitions it is refused",
    "[integration]"
) {
    kafka_fixture fixture{3};
    const std::array<vf::wire::topic_description, 1> same{{{fixture.name, 3, 1h}}};
    CHECK(create_topics({fixture.address}, same, patience));
    const std::array<vf::wire::topic_description, 1> other{{{fixture.name, 4, 1h}}};
    const auto refused = create_topics({fixture.address}, other, patience);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "topic_mismatch");
}

TEST_CASE("kafka: a record comes back as it was sent", "[integration]") {
    kafka_fixture fixture{1};
    auto sent = fixture.make("user", std::string("\x00\xff bytes", 8));
    sent.headers.push_back({"empty", ""});
    auto bare = fixture.make("", "no key");
    bare.key.reset();
    bare.headers.clear();
    REQUIRE(run_task(fixture.events, fixture.producer->publish({sent}), patience));
    REQUIRE(run_task(fixture.events, fixture.producer->publish({bare}), patience));
    const auto source = fixture.join("one");
    std::vector<vf::wire::record> got;
    while (got.size() < 2) {
        const batch some = run_task(fixture.events, source->next(), patience).value();
        got.insert(got.end(), some.records.begin(), some.records.end());
    }
    CHECK(got[0].value == sent.value);
    CHECK(got[0].key == sent.key);
    CHECK(got[0].headers == sent.headers);
    CHECK(got[0].source() == vf::wire::coordinates{fixture.name, 0, 0});
    CHECK_FALSE(got[1].key);
    CHECK(got[1].headers.empty());
    fixture.close(*source);
}

TEST_CASE("kafka: the largest record fits and the next byte does not", "[integration]") {
    kafka_fixture fixture{1};
    vf::seeded_random random{7};
    std::vector<std::uint8_t> noise(vf::wire::record_bytes_max);
    random.fill(noise);
    vf::wire::record largest;
    largest.topic = fixture.name;
    // What cannot be compressed meets the limit of the topic at its full size.
    largest.value.assign(noise.begin(), noise.end() - 102);
    REQUIRE(run_task(fixture.events, fixture.producer->publish({largest}), patience));
    auto larger = largest;
    larger.value += 'x';
    const auto refused = run_task(fixture.events, fixture.producer->publish({larger}), patience);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "record_too_large");
    const auto source = fixture.join("one");
    const batch got = run_task(fixture.events, source->next(), patience).value();
    CHECK(got.records.front().value == largest.value);
    fixture.close(*source);
}

TEST_CASE("kafka: a topic of large records takes the largest and no byte more", "[integration]") {
    kafka_fixture fixture{1};
    const std::string name{vf::wire::topic::mail_large};
    const std::array topics{vf::wire::describe(name)};
    REQUIRE(create_topics({fixture.address}, topics, patience));
    vf::system_random random;
    vf::wire::record largest;
    largest.topic = name;
    largest.key = fixture.name;
    largest.value.assign(
        static_cast<std::size_t>(vf::wire::large_record_bytes_max) - 102 - fixture.name.size(), 'x'
    );
    REQUIRE(run_task(fixture.events, fixture.producer->publish({largest}), patience));
    auto larger = largest;
    larger.value += 'x';
    const auto refused = run_task(fixture.events, fixture.producer->publish({larger}), patience);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "record_too_large");
    // Of any other topic the limit is what it was.
    larger.topic = fixture.name;
    CHECK_FALSE(run_task(fixture.events, fixture.producer->publish({larger}), patience));
    source_options reading;
    reading.cluster.brokers = fixture.address;
    reading.client_id = "large";
    reading.group = fixture.name;
    reading.topics = {name};
    reading.buffer_bytes_max = 4U << 20U;
    const auto source =
        group_source::create(fixture.events, reading, fixture.metrics, fixture.fault).value();
    bool found = false;
    while (!found) {
        const batch got = run_task(fixture.events, source->next(), patience).value();
        for (const auto& one : got.records) {
            found = found || (one.key == largest.key && one.value == largest.value);
        }
        REQUIRE(run_task(fixture.events, source->commit(got), patience));
    }
    fixture.close(*source);
}

TEST_CASE("kafka: a group goes on behind its last commit", "[integration]") {
    kafka_fixture fixture{4};
    fixture.publish(0, 500);
    auto source = fixture.join("one");
    CHECK(fixture.read(*source, 500) == numbers(0, 500));
    fixture.close(*source);
    source.reset();
    fixture.publish(500, 200);
    source = fixture.join("two");
    CHECK(fixture.read(*source, 200) == numbers(500, 200));
    fixture.close(*source);
}

TEST_CASE(
    "kafka: members come and go and every record is handled, in order per key", "[integration]"
) {
    kafka_fixture fixture{12};
    vf::runtime::task_group group{fixture.events.context()};
    member one{fixture.join("one"), {}};
    member two{nullptr, {}};
    group.spawn("one", serve(one));
    int sent = 0;
    const auto send_until = [&](const std::function<bool()>& holds) {
        for (int rounds = 0; !holds() && rounds < 2'000; ++rounds) {
            fixture.publish(sent, 100);
            sent += 100;
            run_task(fixture.events, vf::runtime::sleep(5ms), patience);
        }
        CHECK(holds());
    };
    send_until([&] { return !one.seen.empty(); });
    two.source = fixture.join("two");
    group.spawn("two", serve(two));
    send_until([&] { return two.seen.size() > 500; });
    const std::size_t before_stop = one.seen.size();
    one.source->stop();
    run_task(fixture.events, wait_until([&] { return one.ended; }), patience);
    CHECK(one.seen.size() >= before_stop);
    fixture.close(*one.source);
    send_until([&] { return values_of({&one, &two}).size() > 2'000; });
    const auto all = static_cast<std::size_t>(sent);
    run_task(
        fixture.events, wait_until([&] { return values_of({&one, &two}).size() == all; }), patience
    );
    two.source->stop();
    run_task(fixture.events, wait_until([&] { return two.ended; }), patience);
    fixture.close(*two.source);

    // A record may come again when a commit meets a rebalance; the first time is in order per key.
    for (const member* each : {&one, &two}) {
        std::set<std::string> values;
        std::map<std::string, int> last;
        int disordered = 0;
        for (const auto& record : each->seen) {
            if (values.insert(record.value).second) {
                int& before = last.try_emplace(*record.key, -1).first->second;
                const int value = std::stoi(record.value);
                disordered += value > before ? 0 : 1;
                before = value;
            }
        }
        CHECK(disordered == 0);
    }
}

TEST_CASE("kafka: what a vanished member did not commit comes to the others", "[integration]") {
    kafka_fixture fixture{4};
    fixture.publish(0, 300);
    auto lost = fixture.join("lost");
    const batch out = run_task(fixture.events, lost->next(), patience).value();
    CHECK_FALSE(out.records.empty());
    lost.reset();
    const auto source = fixture.join("other");
    CHECK(fixture.read(*source, 300) == numbers(0, 300));
    fixture.close(*source);
}

TEST_CASE(
    "kafka: a member that died without a word has its partitions at once when it is back",
    "[integration]"
) {
    kafka_fixture fixture{4};
    fixture.publish(0, 200);
    auto source = fixture.join("one", "replica");
    CHECK(fixture.read(*source, 200) == numbers(0, 200));
    // Destroyed without close: it leaves no more than a kill does.
    source.reset();
    fixture.publish(200, 100);
    const auto began = std::chrono::steady_clock::now();
    source = fixture.join("one", "replica");
    CHECK(fixture.read(*source, 100) == numbers(200, 100));
    CHECK(std::chrono::steady_clock::now() - began < session / 2);
    fixture.close(*source);
}

TEST_CASE(
    "kafka: of two members of one instance id the elder stands by until the other has left",
    "[integration]"
) {
    kafka_fixture fixture{4};
    const auto elder = fixture.join("one", "replica");
    const auto until = [&](const std::function<bool()>& holds) {
        for (int i = 0; !holds() && i < 2'000; ++i) {
            run_task(fixture.events, vf::runtime::sleep(5ms), patience);
        }
        REQUIRE(holds());
    };
    until([&] { return elder->joined(); });
    const auto younger = fixture.join("two", "replica");
    until([&] { return younger->joined() && !elder->trouble().empty(); });
    CHECK_FALSE(elder->joined());
    fixture.publish(0, 100);
    CHECK(fixture.read(*younger, 100) == numbers(0, 100));
    CHECK(younger->trouble().empty());
    CHECK_FALSE(fixture.fault.raised());
    vf::runtime::task_group leaving{fixture.events.context()};
    leaving.spawn("leave", leave(*younger));
    // Looked at after each step of the loop: the id is free, and the elder has yet to join.
    vf::support::run_until(fixture.events, [&] { return elder->trouble().empty(); });
    CHECK_FALSE(elder->joined());
    until([&] { return elder->joined() && leaving.running() == 0; });
    fixture.publish(100, 100);
    CHECK(fixture.read(*elder, 100) == numbers(100, 100));
    CHECK(elder->trouble().empty());
    fixture.close(*elder);
}
