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

std::string brokers() {
    const char* given = std::getenv("VF_KAFKA_BROKERS");
    if (given == nullptr) {
        FAIL("VF_KAFKA_BROKERS is not set; scripts/test starts a broker and sets it");
    }
    return given;
}

struct fixture {
    std::string address{brokers()};
    std::string name;
    vf::telemetry::registry metrics;
    vf::runtime::loop events;
    vf::runtime::signal fault{events.context()};
    std::unique_ptr<producer> to;

    explicit fixture(std::int32_t partitions) {
        vf::system_random random;
        name = fmt::format("test.{:016x}", random.next());
        const std::array<vf::wire::topic_description, 1> topics{{{name, partitions, 1h}}};
        REQUIRE(create_topics(address, topics, patience));
        producer_options options;
        options.brokers = address;
        options.client_id = "integration";
        to = producer::create(events, options, metrics).value();
    }

    std::unique_ptr<group_source> join(const std::string& client) {
        source_options options;
        options.brokers = address;
        options.client_id = client;
        options.group = name;
        options.topics = {name};
        options.session_timeout = 6s;
        options.batch_records_max = 100;
        return group_source::create(events, options, metrics, fault).value();
    }

    vf::wire::record make(const std::string& key, const std::string& value) const {
        vf::wire::record made;
        made.topic = name;
        made.key = key;
        made.value = value;
        made.headers = {{"trace", "00-abc"}};
        return made;
    }

    // `count` records over 50 keys, values from `first` on.
    void publish(int first, int count) {
        std::vector<vf::wire::record> records;
        for (int i = first; i < first + count; ++i) {
            records.push_back(make(fmt::format("user-{}", i % 50), std::to_string(i)));
        }
        REQUIRE(run_task(events, to->publish(std::move(records)), patience));
    }

    std::multiset<std::string> read(group_source& from, std::size_t count) {
        std::multiset<std::string> made;
        while (made.size() < count) {
            const batch got = run_task(events, from.next(), patience).value();
            for (const auto& one : got.records) {
                made.insert(one.value);
            }
            REQUIRE(run_task(events, from.commit(got), patience));
        }
        return made;
    }

    void close(group_source& from) { CHECK(run_task(events, from.close(10s), patience)); }
};

std::multiset<std::string> numbers(int first, int count) {
    std::multiset<std::string> made;
    for (int i = first; i < first + count; ++i) {
        made.insert(std::to_string(i));
    }
    return made;
}

// Reads and commits until it is told to stop; notes each record, per key in its order.
struct member {
    std::unique_ptr<group_source> from;
    std::vector<vf::wire::record> seen;
    bool ended{false};
};

vf::runtime::task<> serve(member& self) {
    for (;;) {
        auto got = co_await self.from->next();
        if (!got || got->records.empty()) {
            break;
        }
        co_await vf::runtime::sleep(1ms);
        self.seen.insert(self.seen.end(), got->records.begin(), got->records.end());
        auto committed = co_await self.from->commit(*got);
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
    std::set<std::string> made;
    for (const member* one : members) {
        for (const auto& record : one->seen) {
            made.insert(record.value);
        }
    }
    return made;
}

}  // namespace

TEST_CASE(
    "kafka: creating topics twice changes nothing, with other partitions it is refused",
    "[integration]"
) {
    fixture at{3};
    const std::array<vf::wire::topic_description, 1> same{{{at.name, 3, 1h}}};
    CHECK(create_topics(at.address, same, patience));
    const std::array<vf::wire::topic_description, 1> other{{{at.name, 4, 1h}}};
    const auto refused = create_topics(at.address, other, patience);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "topic_mismatch");
}

TEST_CASE("kafka: a record comes back as it was sent", "[integration]") {
    fixture at{1};
    auto sent = at.make("user", std::string("\x00\xff bytes", 8));
    sent.headers.push_back({"empty", ""});
    auto bare = at.make("", "no key");
    bare.key.reset();
    bare.headers.clear();
    REQUIRE(run_task(at.events, at.to->publish({sent}), patience));
    REQUIRE(run_task(at.events, at.to->publish({bare}), patience));
    const auto from = at.join("one");
    std::vector<vf::wire::record> got;
    while (got.size() < 2) {
        const batch some = run_task(at.events, from->next(), patience).value();
        got.insert(got.end(), some.records.begin(), some.records.end());
    }
    CHECK(got[0].value == sent.value);
    CHECK(got[0].key == sent.key);
    CHECK(got[0].headers == sent.headers);
    CHECK(got[0].source() == vf::wire::coordinates{at.name, 0, 0});
    CHECK_FALSE(got[1].key);
    CHECK(got[1].headers.empty());
    at.close(*from);
}

TEST_CASE("kafka: the largest record fits and the next byte does not", "[integration]") {
    fixture at{1};
    vf::seeded_random random{7};
    std::vector<std::uint8_t> noise(vf::wire::record_bytes_max);
    random.fill(noise);
    vf::wire::record largest;
    largest.topic = at.name;
    // What cannot be compressed meets the limit of the topic at its full size.
    largest.value.assign(noise.begin(), noise.end() - 102);
    REQUIRE(run_task(at.events, at.to->publish({largest}), patience));
    auto larger = largest;
    larger.value += 'x';
    const auto refused = run_task(at.events, at.to->publish({larger}), patience);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "record_too_large");
    const auto from = at.join("one");
    const batch got = run_task(at.events, from->next(), patience).value();
    CHECK(got.records.front().value == largest.value);
    at.close(*from);
}

TEST_CASE("kafka: a group goes on behind its last commit", "[integration]") {
    fixture at{4};
    at.publish(0, 500);
    auto from = at.join("one");
    CHECK(at.read(*from, 500) == numbers(0, 500));
    at.close(*from);
    from.reset();
    at.publish(500, 200);
    from = at.join("two");
    CHECK(at.read(*from, 200) == numbers(500, 200));
    at.close(*from);
}

TEST_CASE(
    "kafka: members come and go and every record is handled, in order per key", "[integration]"
) {
    fixture at{12};
    vf::runtime::task_group group{at.events.context()};
    member one{at.join("one"), {}};
    member two{nullptr, {}};
    group.spawn("one", serve(one));
    int sent = 0;
    const auto send_until = [&](const std::function<bool()>& holds) {
        for (int rounds = 0; !holds() && rounds < 2'000; ++rounds) {
            at.publish(sent, 100);
            sent += 100;
            run_task(at.events, vf::runtime::sleep(5ms), patience);
        }
        CHECK(holds());
    };
    send_until([&] { return !one.seen.empty(); });
    two.from = at.join("two");
    group.spawn("two", serve(two));
    send_until([&] { return two.seen.size() > 500; });
    const std::size_t before_stop = one.seen.size();
    one.from->stop();
    run_task(at.events, wait_until([&] { return one.ended; }), patience);
    CHECK(one.seen.size() >= before_stop);
    at.close(*one.from);
    send_until([&] { return values_of({&one, &two}).size() > 2'000; });
    const auto all = static_cast<std::size_t>(sent);
    run_task(
        at.events, wait_until([&] { return values_of({&one, &two}).size() == all; }), patience
    );
    two.from->stop();
    run_task(at.events, wait_until([&] { return two.ended; }), patience);
    at.close(*two.from);

    // A record may come again when a commit meets a rebalance; the first time is in order per key.
    for (const member* each : {&one, &two}) {
        std::set<std::string> known;
        std::map<std::string, int> last;
        int disordered = 0;
        for (const auto& record : each->seen) {
            if (known.insert(record.value).second) {
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
    fixture at{4};
    at.publish(0, 300);
    auto lost = at.join("lost");
    const batch out = run_task(at.events, lost->next(), patience).value();
    CHECK_FALSE(out.records.empty());
    lost.reset();
    const auto from = at.join("other");
    CHECK(at.read(*from, 300) == numbers(0, 300));
    at.close(*from);
}
