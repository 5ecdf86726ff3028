#include "vf/consumer/worker.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>
#include <set>
#include <string>

#include "vf/wire/deferral.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"
#include "worker_fixture.hpp"

using namespace vf;
using namespace vf::consumer;
using namespace vf::consumer::tests;

namespace {

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
    auto records = numbered(64);
    records[45].value = "bad45";
    worker_fixture w{std::move(records), 64};
    w.run();
    CHECK(w.table.rows.size() == 63);
    CHECK(w.source.committed() == 64);
    CHECK(w.set_aside() == 1);
    CHECK(w.reason_of("bad45").stage == "stage");
    CHECK(w.reason_of("bad45").code == "refused_by_database");
    CHECK(w.reason_of("bad45").detail == "22021");
    // All, both halves, both quarters, both eighths, and those eight one by one.
    CHECK(w.table.transactions == 1 + 3 * 2 + 8);
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: whatever the database refuses is set aside, however often, in bounded tries") {
    for (const std::size_t count : {3U, 30U, 500U, 1'000U}) {
        worker_fixture w{valued("bad", count), count};
        w.run();
        INFO(count);
        CHECK(w.table.rows.empty());
        CHECK(w.set_aside() == static_cast<std::ptrdiff_t>(count));
        CHECK(w.source.committed() == count);
        CHECK(w.table.transactions <= static_cast<int>(count + count / 4 + 8));
        CHECK_FALSE(w.fault.raised());
        const auto metrics = w.registry.expose();
        const auto refused = "vf_consumer_refused_total{consumer=\"test\"} ";
        CHECK(metrics.contains(refused + std::to_string(count) + "\n"));
        CHECK(metrics.contains("vf_consumer_gave_up_total{consumer=\"test\"} 0\n"));
    }
}

TEST_CASE("worker: one project's refused records keep no other's of the batch waiting") {
    auto records = valued("bad", 500);
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].key = "prj_bad:u";
        if (i % 10 == 3) {
            records[i].key = "prj_good" + std::to_string(i % 7) + ":u";
            records[i].value = "good" + std::to_string(i);
        }
    }
    worker_fixture w{std::move(records), 500};
    w.deferral_topic = "later";
    w.run();
    CHECK(w.table.rows.size() == 50);
    CHECK(w.source.committed() == 500);
    // The whole batch, then each of the eight projects: no good record has waited for more.
    CHECK(w.table.last_row_in == 1 + 8);
    // What has cost too much is put off, and nothing is lost.
    const auto later = std::ranges::count(w.sink.published, "later", &wire::record::topic);
    CHECK(w.table.transactions <= 1 + 8 + 64);
    CHECK(w.set_aside() > 16);
    CHECK(w.set_aside() + later == 450);
    for (const auto& record : w.sink.published) {
        if (record.topic == "later") {
            CHECK(record.key == "prj_bad:u");
            REQUIRE(record.find_header(wire::origin_header) != nullptr);
        }
    }
}

TEST_CASE("worker: a record that was put off is set aside under where it was first read") {
    auto records = valued("bad", 1);
    records.front().topic = "later";
    records.front().headers.push_back({std::string{wire::origin_header}, "first/3/44"});
    worker_fixture w{std::move(records)};
    w.run();
    REQUIRE(w.set_aside() == 1);
    const auto item = wire::decode_quarantined(w.sink.published.front());
    REQUIRE(item.has_value());
    CHECK(item->original.source() == wire::coordinates{"first", 3, 44});
}

TEST_CASE("worker: a conflict that lasts is no race, and an exception is the record's") {
    auto records = numbered(30);
    records[3].value = "unique3";
    records[20].value = "throw20";
    worker_fixture w{std::move(records), 30};
    w.run();
    CHECK(w.table.rows.size() == 28);
    CHECK(w.source.committed() == 30);
    CHECK(w.reason_of("unique3").code == "refused_by_database");
    CHECK(w.reason_of("throw20").code == "processing_failed");
    CHECK(w.reason_of("throw20").detail == "no such place");
    CHECK_FALSE(w.fault.raised());
}

TEST_CASE("worker: what takes too long together is done by parts") {
    worker_fixture w{valued("slow", 16), 16};
    w.run();
    CHECK(w.table.rows.size() == 16);
    CHECK(w.set_aside() == 0);
    CHECK(w.source.committed() == 16);
}

TEST_CASE("worker: mostly what no customer can send: it stands still, says so and tries again") {
    for (const std::size_t guilty : {20U, 21U}) {
        std::vector<wire::record> records = numbered(30);
        for (std::size_t i = 0; i < guilty; ++i) {
            records[i].value = "garbage" + records[i].value;
        }
        worker_fixture w{std::move(records), 30};
        const bool stops = guilty > 20;
        int tries = 0;
        w.run([&](step now) {
            // Mended after the third look.
            if (now == step::written && ++tries == 3 && stops) {
                CHECK((*w.stalled)->why.code == "too_many_set_aside");
                CHECK((*w.stalled)->where == wire::coordinates{"in", 0, 0});
                CHECK(w.registry.expose().contains("vf_consumer_stalled{consumer=\"test\"} 1\n"));
                CHECK(w.source.committed() == 0);
                CHECK(w.set_aside() == 0);
                w.decoding_all = true;
            }
        });
        CHECK_FALSE(w.fault.raised());
        CHECK(tries == (stops ? 4 : 1));
        CHECK(w.source.committed() == 30);
        CHECK(w.set_aside() == (stops ? 0 : 20));
        CHECK(w.registry.expose().contains("vf_consumer_stalled{consumer=\"test\"} 0\n"));
    }
}

TEST_CASE("worker: a fault that is no record's: it stands still and tries again by itself") {
    worker_fixture w{numbered(4)};
    w.table.failures = {{failure::permanent, "database_error", "42P01 no such table"}};
    std::optional<stall> seen;
    w.table.on_process = [&] { seen = *w.stalled; };
    w.run();
    REQUIRE(seen.has_value());
    CHECK(seen->why.detail == "42P01 no such table");
    CHECK(w.table.rows.size() == 4);
    CHECK(w.source.committed() == 4);
    CHECK_FALSE(w.stalled->has_value());
    CHECK_FALSE(w.fault.raised());
    CHECK(w.registry.expose().contains("vf_consumer_gave_up_total{consumer=\"test\"} 1\n"));
}

TEST_CASE("worker: the environment is waited for, and shown once that lasts") {
    worker_fixture w{numbered(4)};
    const error away{failure::transient, "database_unavailable", "57P03 starting up"};
    std::vector<bool> shown;
    w.table.failures = std::vector<error>(7, away);
    w.table.on_process = [&] { shown.push_back(w.stalled->has_value()); };
    w.run();
    CHECK(shown == std::vector{false, false, false, false, false, true, true, true});
    CHECK_FALSE(w.stalled->has_value());
    CHECK(w.source.committed() == 4);
    CHECK(w.source.touched() >= 8);
    CHECK(w.registry.expose().contains("vf_consumer_gave_up_total{consumer=\"test\"} 0\n"));
}

TEST_CASE("worker: an output that no topic takes is a fault, not the input's guilt") {
    worker_fixture w{numbered(1)};
    w.sink.fail_next({failure::data, "record_too_large", ""});
    std::vector<bool> shown;
    w.table.on_process = [&] { shown.push_back(w.stalled->has_value()); };
    w.run();
    CHECK(shown == std::vector{false, true});
    CHECK(w.set_aside() == 0);
    CHECK(w.source.committed() == 1);
}

TEST_CASE("worker: a process that is to end does not wait for a lane that stands still") {
    worker_fixture w{numbered(4)};
    w.table.failures = std::vector<error>(3, {failure::permanent, "database_error", ""});
    w.table.on_process = [&] { w.stop.raise(); };
    w.run();
    CHECK(w.source.committed() == 0);
    CHECK(w.table.transactions == 1);
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
