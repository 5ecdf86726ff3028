#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "console/intake/set_aside_rows.hpp"
#include "console/store/set_aside_store.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/upkeep/expire_waiting.hpp"
#include "normaliser_fixture.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

namespace reason = domain::reason;

// Version 1,000 of an otherwise empty message: field 1, as every message of ours has it.
const std::string newer_version = "\x08\xe8\x07";

struct bad_record {
    std::string body;
    std::string code;
    std::string field;
    bool raw{false};  // the value itself, not a body
    std::string project{"prj_1"};
};

std::string event_with(const std::string& members) {
    return R"({"external_user_id":"u","name":"x",)" + members + "}";
}

std::string repeated(const std::string& text, int times) {
    std::string whole;
    for (int i = 0; i < times; ++i) {
        whole += text;
    }
    return whole;
}

const std::vector<bad_record> bad_records{
    {"", std::string{reason::undecodable_record}, "", true},
    {"\xff\xfe no message", std::string{reason::undecodable_record}, "", true},
    {newer_version, std::string{reason::unsupported_version}, "", true},
    {event_with(R"("properties":{})"), std::string{reason::unknown_project}, "", false, "prj_9"},
    {"{no json", std::string{reason::invalid_body}, ""},
    {event_with(R"("properties":{"a":"\u0000"})"), std::string{reason::invalid_body}, "properties.a"
    },
    {event_with(R"("properties":{"a":"\ud800"})"), std::string{reason::invalid_body}, "properties.a"
    },
    {event_with(R"("properties":{"a":1e400})"), std::string{reason::invalid_body}, "properties.a"},
    {event_with("\"properties\":" + std::string(40, '[') + std::string(40, ']')),
     std::string{reason::invalid_body}, "properties" + repeated("[0]", 31)},
    {event_with(R"("properties":{"a":1e-20000})"), std::string{reason::invalid_body}, "properties.a"
    },
    {R"({"external_user_id":"u","name":"subscription_cancelled",)"
     R"("properties":{"effectiveAt":"soon"}})",
     std::string{reason::invalid_property}, "properties.effectiveAt"},
    {event_with(R"("properties":{"a":")" + std::string(33'000, 'a') + "\"}"),
     std::string{reason::invalid_body}, "properties"},
    {R"({"external_user_id":"u","name":")" + std::string(300, 'n') + "\"}",
     std::string{reason::invalid_body}, "name"},
    {event_with(R"("timestamp":")" + format_instant(noon + std::chrono::days{365}) + "\""),
     std::string{reason::invalid_body}, "timestamp"},
    {event_with(R"("timestamp":"2024-11-20T12:00:00")"), std::string{reason::invalid_body},
     "timestamp"},
    {R"({"external_user_id":"u","name":"feature_used","properties":{"feature":7}})",
     std::string{reason::invalid_property}, "properties.feature"},
};

wire::record record_of(int number, const std::string& body, const std::string& of = "prj_1") {
    wire::ingest_record message;
    message.project = domain::project_id{of};
    message.id = record(number);
    message.body = body;
    message.received_at = noon;
    auto record = wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest);
    record.partition = 4;
    record.offset = number;
    record.timestamp = noon;
    return record;
}

struct quarantine_fixture : normaliser_fixture {
    manual_clock now{noon};
    telemetry::registry registry;
    normaliser::metrics metrics{registry};
    normaliser::consume_ingest stage{store(), now, metrics, metrics.live_visible};
    support::stage_runner<wire::ingest_record> ingest{
        events(), now, wire::consumers::ingest, wire::decode_ingest, stage
    };

    quarantine_fixture() {
        run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now())");
    }

    // What the console makes of what was set aside.
    void keep(const std::vector<wire::record>& outputs) {
        auto work = [&](postgres::transaction& tx) {
            for (const auto& output : outputs) {
                REQUIRE(output.topic == wire::topic::quarantine);
                const auto item = wire::decode_quarantined(output);
                REQUIRE(item.has_value());
                console::insert_quarantined(tx, console::quarantine_row_of(*item));
            }
        };
        REQUIRE(support::run_task(events(), database().transact(work)).has_value());
    }

    template <class Work>
    auto read(Work work) {
        auto found = support::run_task(events(), database().transact(work));
        REQUIRE(found.has_value());
        return std::move(*found);
    }
};

}  // namespace

TEST_CASE(
    "quarantine: each kind of bad record is one item, its neighbours are kept", "[integration]"
) {
    quarantine_fixture fixture;
    std::vector<wire::record> batch;
    int number = 0;
    for (const auto& bad : bad_records) {
        batch.push_back(record_of(++number, event_with(R"("properties":{"good":true})")));
        auto record = record_of(++number, bad.body, bad.project);
        if (bad.raw) {
            record.value = bad.body;
        }
        batch.push_back(std::move(record));
    }
    batch.push_back(record_of(++number, event_with(R"("properties":{"good":true})")));
    const auto outputs = fixture.ingest.process(batch);
    CHECK(outputs.size() == bad_records.size());
    fixture.keep(outputs);
    fixture.keep(outputs);
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM events") ==
        std::to_string(bad_records.size() + 1)
    );
    std::string table;
    for (std::size_t i = 0; i < bad_records.size(); ++i) {
        const auto& bad = bad_records[i];
        const auto& input = batch[2 * i + 1];
        const auto id = wire::derive_quarantine_id(input.source());
        auto look = [&](postgres::transaction& tx) {
            return console::find_quarantined(tx, id.text);
        };
        const auto item = fixture.read(look);
        REQUIRE(item.has_value());
        INFO(bad.body.substr(0, 80));
        CHECK(item->code == bad.code);
        CHECK(item->field == bad.field);
        CHECK(item->stage == "normalise");
        CHECK(item->original.value == input.value);
        CHECK(item->original.key == input.key);
        CHECK(item->original.source() == input.source());
        CHECK(item->fingerprint.starts_with("v1:"));
        table += item->fingerprint + "  " + item->code + "  " + item->field + "  " + item->detail;
        table += '\n';
    }
    WARN("what was set aside:\n" << table);
}

TEST_CASE("quarantine: causes are grouped, counted and sampled", "[integration]") {
    quarantine_fixture fixture;
    std::vector<wire::record> batch;
    for (int i = 1; i <= 12; ++i) {
        const std::string bad = R"({"external_user_id":"u","name":"feature_used","properties":{)";
        batch.push_back(record_of(i, bad + (i % 3 == 0 ? "}}" : R"("feature":7}})")));
    }
    fixture.keep(fixture.ingest.process(batch));
    fixture.run("UPDATE quarantine_items SET replayed_at = now() WHERE \"offset\" IN (3, 4)");
    auto look = [](postgres::transaction& tx) {
        return console::group_quarantined(tx, {}, console::page_request{10, std::nullopt});
    };
    auto groups = fixture.read(look).rows;
    std::ranges::sort(groups, {}, &console::quarantine_group::count);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].count == 4);
    CHECK(groups[0].open == 3);
    CHECK(groups[0].samples.size() == 4);
    CHECK(groups[1].count == 8);
    CHECK(groups[1].open == 7);
    CHECK(groups[1].projects == 1);
    CHECK(groups[1].samples.size() == 5);
    CHECK(groups[1].field == "properties.feature");
    auto in_group = [&](postgres::transaction& tx) {
        console::quarantine_filter filter;
        filter.fingerprint = groups[1].fingerprint;
        filter.state = "open";
        return console::list_quarantined(tx, filter, console::page_request{10, std::nullopt});
    };
    CHECK(fixture.read(in_group).rows.size() == 7);
}

TEST_CASE(
    "quarantine: mostly impossible records stop their lane, what a customer sends never does",
    "[integration]"
) {
    quarantine_fixture fixture;
    std::vector<wire::record> impossible;
    std::vector<wire::record> own;
    std::vector<wire::record> replays;
    for (int i = 1; i <= 30; ++i) {
        impossible.push_back(record_of(i, event_with(R"("properties":{})"), "prj_9"));
        own.push_back(record_of(100 + i, i % 2 == 0 ? bad_records.back().body : "{no json"));
        replays.push_back(record_of(200 + i, "{}", "prj_9"));
        replays.back().headers.push_back({std::string{wire::replay_header}, "qtn_1"});
    }
    impossible.push_back(record_of(99, event_with(R"("properties":{})")));
    // What is good among them is written, and nothing is published or committed.
    for (int times = 0; times < 2; ++times) {
        CHECK(fixture.ingest.process(impossible).empty());
        CHECK_FALSE(fixture.ingest.committed());
        REQUIRE(fixture.ingest.stalled().has_value());
        CHECK(fixture.ingest.stalled()->why.code == "too_many_set_aside");
        CHECK(fixture.ingest.stalled()->where == impossible.front().source());
        CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "1");
    }
    for (const auto& batch : {own, replays}) {
        CHECK(fixture.ingest.process(batch).size() == 30);
        CHECK(fixture.ingest.committed());
    }
}

TEST_CASE(
    "quarantine: an event that waited too long is shown once and attaches still", "[integration]"
) {
    quarantine_fixture fixture;
    auto backfilled = event_of(2, "u", "b", -50);
    backfilled.natural = true;
    backfilled.historical = true;
    fixture.write({}, {event_of(1, "u", "a", -30), backfilled, event_of(3, "v")});
    fixture.write({user_of(4, "v")}, {});
    support::memory_sink sink;
    const normaliser::expiry_dependencies deps{
        fixture.database(), sink, fixture.now, std::chrono::hours{24 * 30}
    };
    const auto expire = [&] {
        const auto expired = support::run_task(fixture.events(), normaliser::expire_some(deps));
        REQUIRE(expired.has_value());
        return *expired;
    };
    fixture.now.set(noon + std::chrono::hours{24 * 30});
    CHECK(expire() == 0);
    fixture.now.set(noon + std::chrono::hours{24 * 30} + std::chrono::microseconds{1});
    sink.fail_next({failure::transient, "broker_unavailable", ""});
    CHECK_FALSE(support::run_task(fixture.events(), normaliser::expire_some(deps)).has_value());
    CHECK(expire() == 2);
    CHECK(expire() == 0);
    REQUIRE(sink.published.size() == 2);
    fixture.keep(sink.published);
    const auto states = [&] {
        std::vector<std::string> found;
        for (const auto* state : {"open", "attached"}) {
            auto look = [&](postgres::transaction& tx) {
                console::quarantine_filter filter;
                filter.state = state;
                return console::list_quarantined(
                    tx, filter, console::page_request{10, std::nullopt}
                );
            };
            found.push_back(std::to_string(fixture.read(look).rows.size()));
        }
        return found[0] + " open, " + found[1] + " attached";
    };
    CHECK(states() == "2 open, 0 attached");
    CHECK(
        fixture.query_text(
            "SELECT string_agg(DISTINCT code || ' ' || field, ',') FROM quarantine_items"
        ) == "unknown_user external_user_id"
    );
    const auto written = fixture.write({user_of(5, "u")}, {}, fixture.now.now());
    CHECK(written.attached == 2);
    CHECK(states() == "0 open, 2 attached");
    // Sent through again they are what is there already.
    for (const auto& published : sink.published) {
        const auto item = wire::decode_quarantined(published);
        REQUIRE(item.has_value());
        CHECK(fixture.ingest.process({item->original}).empty());
    }
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "3");
}
