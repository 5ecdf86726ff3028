#include "vf/consumer/worker.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <set>
#include <string>

#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::consumer;

namespace {

constexpr instant noon = from_microseconds(1'700'000'000'000'000);
constexpr wire::consumer_description consumer_of_test{"test", "in", "stage"};

// Writes a row a message under a unique key and publishes what the row says, new or not. A value
// that starts with "bad" is refused by the "database", one with "wrong" is set aside.
class table_stage final : public stage<std::string> {
public:
    runtime::task<result<outcome>> process(batch<std::string> messages) override {
        ++transactions;
        if (!failures.empty()) {
            error why = failures.back();
            failures.pop_back();
            co_return std::unexpected(why);
        }
        for (const auto& [index, value] : messages) {
            if (value.starts_with("bad")) {
                co_return fail(failure::data, "database_refused", "22021");
            }
        }
        outcome processed;
        for (const auto& [index, value] : messages) {
            if (value.starts_with("wrong")) {
                processed.set_aside.push_back({index, {{}, "invalid_body", "field", {}}, true});
                continue;
            }
            rows.insert(value);
            processed.outputs.push_back({.topic = "out", .key = {}, .value = value, .headers = {}});
        }
        co_return processed;
    }

    std::set<std::string> rows;
    std::vector<error> failures;
    int transactions{0};
};

// "garbage" is not of this topic.
result<std::string> decode(const wire::record& record) {
    if (record.value.starts_with("garbage")) {
        return fail(failure::data, "undecodable_record", "not a message of this topic");
    }
    return record.value;
}

std::vector<wire::record> numbered(std::size_t count) {
    std::vector<wire::record> records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(
            {.topic = "in", .key = {}, .value = "r" + std::to_string(i), .headers = {}}
        );
        records.back().partition = 0;
        records.back().offset = static_cast<std::int64_t>(i);
    }
    return records;
}

struct worker_fixture {
    explicit worker_fixture(std::vector<wire::record> records, std::size_t batch_max = 4)
        : source{std::move(records), batch_max}, stop{loop.context()}, fault{loop.context()} {}

    void run(std::function<void(step)> on_step = {}) {
        worker_options options{consumer_of_test, {}};
        options.retry = {vf::duration{1}, vf::duration{10}};
        options.on_step = std::move(on_step);
        worker worker{
            {source, decoding, sink, clock, random, stop, fault}, std::move(options), registry
        };
        support::run_task(loop, worker.run());
    }

    // Of the item for the record of that value.
    [[nodiscard]] wire::set_aside_reason reason_of(std::string_view value) const {
        for (const auto& record : sink.published) {
            if (record.topic != wire::topic::quarantine) {
                continue;
            }
            const auto item = wire::decode_quarantined(record);
            REQUIRE(item.has_value());
            if (item->original.value == value) {
                return item->reason;
            }
        }
        FAIL("not set aside: " << value);
        return {};
    }

    [[nodiscard]] std::ptrdiff_t set_aside() const {
        return std::ranges::count(sink.published, wire::topic::quarantine, &wire::record::topic);
    }

    runtime::loop loop;
    telemetry::registry registry;
    manual_clock clock{noon};
    seeded_random random{1};
    support::memory_source source;
    support::memory_sink sink;
    table_stage table;
    decoding_stage<std::string> decoding{decode, table};
    runtime::signal stop;
    runtime::signal fault;
};

std::multiset<std::string> values(const std::vector<wire::record>& records) {
    std::multiset<std::string> all;
    for (const auto& record : records) {
        all.insert(record.value);
    }
    return all;
}

struct crash {};

}  // namespace

TEST_CASE("worker: every record is written, published and committed, batch by batch") {
    worker_fixture w{numbered(10)};
    w.run();
    CHECK(w.table.rows.size() == 10);
    CHECK(w.sink.published.size() == 10);
    CHECK(w.source.committed() == 10);
    CHECK(w.table.transactions == 3);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: a crash after any step repeats the batch and changes nothing") {
    const auto where = GENERATE(step::received, step::written, step::published, step::committed);
    worker_fixture w{numbered(10)};
    int seen = 0;
    const auto die = [&](step now) {
        if (now == where && ++seen == 2) {
            throw crash{};
        }
    };
    CHECK_THROWS_AS(w.run(die), crash);
    w.source.reopen();
    w.run();
    CHECK(w.table.rows.size() == 10);
    CHECK(w.source.committed() == 10);
    const auto published = values(w.sink.published);
    for (int i = 0; i < 10; ++i) {
        CHECK(published.count("r" + std::to_string(i)) >= 1);
    }
}

TEST_CASE("worker: a failed publish is tried again before anything is committed") {
    worker_fixture w{numbered(4)};
    w.sink.fail_next({failure::transient, "broker_unavailable", ""});
    w.sink.fail_next({failure::transient, "broker_unavailable", ""});
    w.run();
    CHECK(w.table.transactions == 1);
    CHECK(w.sink.published.size() == 4);
    CHECK(w.source.committed() == 4);
}

TEST_CASE("worker: what the environment refuses is tried again until it is taken") {
    worker_fixture w{numbered(4)};
    w.table.failures = {
        {failure::transient, "database_unavailable", ""}, {failure::conflict, "unique", ""}
    };
    w.run();
    CHECK(w.table.transactions == 3);
    CHECK(w.source.committed() == 4);
}

TEST_CASE("worker: one guilty record is set aside and its neighbours are kept") {
    auto records = numbered(8);
    records[5].value = "bad5";
    worker_fixture w{std::move(records), 8};
    w.run();
    CHECK(w.table.rows.size() == 7);
    CHECK(w.source.committed() == 8);
    CHECK(w.set_aside() == 1);
    CHECK(w.reason_of("bad5").stage == "stage");
    CHECK(w.reason_of("bad5").code == "refused_by_database");
    CHECK(w.reason_of("bad5").detail == "22021");
    // Eight, both fours, both twos of the second, both ones: halving, not one by one.
    CHECK(w.table.transactions == 7);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: a batch of nothing but guilty records is set aside whole") {
    std::vector<wire::record> records = numbered(3);
    for (auto& record : records) {
        record.value = "bad" + record.value;
    }
    worker_fixture w{std::move(records)};
    w.run();
    CHECK(w.table.rows.empty());
    CHECK(w.sink.published.size() == 3);
    CHECK(w.source.committed() == 3);
}

TEST_CASE("worker: a batch that is mostly guilty is our fault: nothing is set aside or committed") {
    for (const std::size_t guilty : {20U, 21U}) {
        std::vector<wire::record> records = numbered(30);
        for (std::size_t i = 0; i < guilty; ++i) {
            records[i].value = "bad" + records[i].value;
        }
        worker_fixture w{std::move(records), 30};
        w.run();
        const bool stops = guilty > 20;
        CHECK(w.fault.raised() == stops);
        CHECK(w.source.committed() == (stops ? 0 : 30));
        CHECK(w.set_aside() == (stops ? 0 : 20));
    }
}

TEST_CASE("worker: an unknown error raises the fault and commits nothing") {
    worker_fixture w{numbered(4)};
    w.table.failures = {{failure::permanent, "database_error", ""}};
    w.run();
    CHECK(w.fault.raised());
    CHECK(w.source.committed() == 0);
}

TEST_CASE("worker: an output that no topic takes is a fault, not the input's guilt") {
    worker_fixture w{numbered(1)};
    w.sink.fail_next({failure::data, "record_too_large", ""});
    w.run();
    CHECK(w.fault.raised());
    CHECK(w.source.committed() == 0);
}

TEST_CASE("worker: while stopping, a batch that meets an error is left to its next owner") {
    worker_fixture w{numbered(4)};
    w.table.failures = {{failure::transient, "database_unavailable", ""}};
    w.stop.raise();
    w.run();
    CHECK(w.source.committed() == 0);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: a commit that fails is no loss, the next one covers it") {
    worker_fixture w{numbered(8)};
    w.source.fail_next_commit();
    w.run();
    CHECK(w.table.rows.size() == 8);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: what cannot be decoded is set aside and the stage gets the others") {
    auto records = numbered(4);
    records[1].value = "garbage";
    worker_fixture fixture{std::move(records)};
    fixture.run();
    CHECK(fixture.table.rows == std::set<std::string>{"r0", "r2", "r3"});
    CHECK(fixture.set_aside() == 1);
    CHECK(fixture.reason_of("garbage").code == "undecodable_record");
    CHECK(fixture.reason_of("garbage").stage == "stage");
    CHECK(fixture.source.committed() == 4);
    CHECK(fixture.registry.expose().contains("vf_consumer_set_aside_total{consumer=\"test\"} 1"));
}

TEST_CASE("worker: what the stage refuses keeps its reason, also beside what the database refuses"
) {
    auto records = numbered(8);
    records[1].value = "wrong1";
    records[6].value = "bad6";
    records[7].value = "wrong7";
    worker_fixture fixture{std::move(records), 8};
    fixture.run();
    CHECK(fixture.table.rows.size() == 5);
    CHECK(fixture.set_aside() == 3);
    CHECK(fixture.reason_of("wrong1").code == "invalid_body");
    CHECK(fixture.reason_of("wrong7").field == "field");
    CHECK(fixture.reason_of("bad6").code == "refused_by_database");
}

TEST_CASE("worker: what a person sends through again is never held against us") {
    std::vector<wire::record> records = numbered(30);
    for (auto& record : records) {
        record.value = "wrong" + record.value;
        record.headers.push_back({std::string{wire::replay_header}, "qtn_1"});
    }
    worker_fixture fixture{std::move(records), 30};
    fixture.run();
    CHECK_FALSE(fixture.fault.raised());
    CHECK(fixture.set_aside() == 30);
    CHECK(fixture.source.committed() == 30);
}
