#include "vf/consumer/shell.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <set>
#include <string>

#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::consumer;

namespace {

// Writes a row a record under a unique key and publishes what the row says, new or not. A value
// that starts with "bad" is refused by the "database".
class table_stage final : public stage {
public:
    runtime::task<result<std::vector<wire::record>>> settle(std::vector<wire::record> batch
    ) override {
        ++transactions;
        if (!failures.empty()) {
            error why = failures.back();
            failures.pop_back();
            co_return std::unexpected(why);
        }
        for (const auto& record : batch) {
            if (record.value.starts_with("bad")) {
                co_return fail(failure::data, "database_refused");
            }
        }
        std::vector<wire::record> outputs;
        for (const auto& record : batch) {
            rows.insert(record.value);
            outputs.push_back({.topic = "out", .key = {}, .value = record.value, .headers = {}});
        }
        co_return outputs;
    }

    wire::record refuse(const wire::record& input, const error& why) override {
        return {.topic = "aside", .key = {}, .value = input.value + ":" + why.code, .headers = {}};
    }

    std::set<std::string> rows;
    std::vector<error> failures;
    int transactions{0};
};

std::vector<wire::record> numbered(std::size_t count) {
    std::vector<wire::record> records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(
            {.topic = "in", .key = {}, .value = "r" + std::to_string(i), .headers = {}}
        );
    }
    return records;
}

struct world {
    explicit world(std::vector<wire::record> records, std::size_t batch_max = 4)
        : source{std::move(records), batch_max}, stop{events.context()}, fault{events.context()} {}

    void run(std::function<void(step)> on_step = {}) {
        shell_options options;
        options.name = "test";
        options.retry = {vf::duration{1}, vf::duration{10}};
        options.on_step = std::move(on_step);
        shell consumer{{source, stage, sink, stop, fault, randomness}, options, metrics};
        support::run_task(events, consumer.run());
    }

    runtime::loop events;
    telemetry::registry metrics;
    seeded_random randomness{1};
    support::memory_source source;
    support::memory_sink sink;
    table_stage stage;
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

TEST_CASE("shell: every record is written, published and committed, batch by batch") {
    world w{numbered(10)};
    w.run();
    CHECK(w.stage.rows.size() == 10);
    CHECK(w.sink.published.size() == 10);
    CHECK(w.source.committed() == 10);
    CHECK(w.stage.transactions == 3);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("shell: a crash after any step repeats the batch and changes nothing") {
    const auto where = GENERATE(step::received, step::written, step::published, step::committed);
    world w{numbered(10)};
    int seen = 0;
    const auto die = [&](step now) {
        if (now == where && ++seen == 2) {
            throw crash{};
        }
    };
    CHECK_THROWS_AS(w.run(die), crash);
    w.source.reopen();
    w.run();
    CHECK(w.stage.rows.size() == 10);
    CHECK(w.source.committed() == 10);
    const auto published = values(w.sink.published);
    for (int i = 0; i < 10; ++i) {
        CHECK(published.count("r" + std::to_string(i)) >= 1);
    }
}

TEST_CASE("shell: a failed publish repeats the transaction before anything is committed") {
    world w{numbered(4)};
    w.sink.fail_next({failure::transient, "broker_unavailable", ""});
    w.sink.fail_next({failure::transient, "broker_unavailable", ""});
    w.run();
    CHECK(w.stage.transactions == 3);
    CHECK(w.stage.rows.size() == 4);
    CHECK(w.source.committed() == 4);
}

TEST_CASE("shell: what the environment refuses is tried again until it is taken") {
    world w{numbered(4)};
    w.stage.failures = {
        {failure::transient, "database_unavailable", ""}, {failure::conflict, "unique", ""}
    };
    w.run();
    CHECK(w.stage.transactions == 3);
    CHECK(w.source.committed() == 4);
}

TEST_CASE("shell: one guilty record is set aside and its neighbours are kept") {
    auto records = numbered(8);
    records[5].value = "bad5";
    world w{std::move(records), 8};
    w.run();
    CHECK(w.stage.rows.size() == 7);
    CHECK(w.source.committed() == 8);
    CHECK(values(w.sink.published).count("bad5:database_refused") == 1);
    // Eight, both fours, both twos of the second, both ones: halving, not one by one.
    CHECK(w.stage.transactions == 7);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("shell: a batch of nothing but guilty records is set aside whole") {
    std::vector<wire::record> records = numbered(3);
    for (auto& record : records) {
        record.value = "bad" + record.value;
    }
    world w{std::move(records)};
    w.run();
    CHECK(w.stage.rows.empty());
    CHECK(w.sink.published.size() == 3);
    CHECK(w.source.committed() == 3);
}

TEST_CASE("shell: a batch that is mostly guilty is our fault: nothing is set aside or committed") {
    for (const std::size_t guilty : {20U, 21U}) {
        std::vector<wire::record> records = numbered(30);
        for (std::size_t i = 0; i < guilty; ++i) {
            records[i].value = "bad" + records[i].value;
        }
        world w{std::move(records), 30};
        w.run();
        const bool stops = guilty > 20;
        CHECK(w.fault.raised() == stops);
        CHECK(w.source.committed() == (stops ? 0 : 30));
        const auto aside = std::ranges::count(w.sink.published, "aside", &wire::record::topic);
        CHECK(aside == (stops ? 0 : 20));
    }
}

TEST_CASE("shell: an unknown error raises the fault and commits nothing") {
    world w{numbered(4)};
    w.stage.failures = {{failure::permanent, "database_error", ""}};
    w.run();
    CHECK(w.fault.raised());
    CHECK(w.source.committed() == 0);
}

TEST_CASE("shell: an output that no topic takes is a fault, not the input's guilt") {
    world w{numbered(1)};
    w.sink.fail_next({failure::data, "record_too_large", ""});
    w.run();
    CHECK(w.fault.raised());
    CHECK(w.source.committed() == 0);
}

TEST_CASE("shell: while stopping, a batch that meets an error is left to its next owner") {
    world w{numbered(4)};
    w.stage.failures = {{failure::transient, "database_unavailable", ""}};
    w.stop.raise();
    w.run();
    CHECK(w.source.committed() == 0);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("shell: a commit that fails is no loss, the next one covers it") {
    world w{numbered(8)};
    w.source.fail_next_commit();
    w.run();
    CHECK(w.stage.rows.size() == 8);
    CHECK_FALSE(w.fault.raised());
}
