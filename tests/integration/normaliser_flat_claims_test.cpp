// Claims of records that come long after: taken over, expired, written by the version before.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

#include "normaliser/ingest/claim_records.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/upkeep/expire_claims.hpp"
#include "normaliser/upkeep/keep_partitions.hpp"
#include "normaliser_fixture.hpp"
#include "vf/support/temp_folder.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

using std::chrono::days;
using std::chrono::hours;

normaliser::new_event received(int number, instant when) {
    auto event = event_of(number, "u", "user_signed_up");
    event.received_at = when;
    return event;
}

const std::string count_events = "SELECT count(*)::text FROM events";
const std::string count_claims = "SELECT count(*)::text FROM record_claims";

// One pass over all tables; how many claims went.
std::int64_t expire(normaliser_fixture& fixture) {
    std::int64_t removed = 0;
    normaliser::claim_pass pass;
    while (!pass.finished) {
        auto work = [pass](postgres::transaction& tx) {
            return normaliser::expire_claims_slice(tx, pass);
        };
        const auto done = support::run_task(fixture.events(), fixture.database().transact(work));
        REQUIRE(done.has_value());
        pass = *done;
        removed += pass.removed;
    }
    return removed;
}

void age_claims(normaliser_fixture& fixture, const std::string& table, hours by) {
    fixture.run(
        "UPDATE " + table + " SET claimed_at = claimed_at - interval '" +
        std::to_string(by.count()) + " hours'"
    );
}

}  // namespace

TEST_CASE("flat claims: a write whose claim a later one took over has its effect once") {
    normaliser_fixture fixture;
    // The backfill lane is a day behind: the later write of the key comes first.
    CHECK(fixture.write({}, {received(1, noon + hours{25})}).events == 1);
    CHECK(fixture.write({}, {received(1, noon)}).events == 1);
    // And again, and as its own retry.
    CHECK(fixture.write({}, {received(1, noon)}).repeats == 1);
    CHECK(fixture.write({}, {received(1, noon + hours{1})}).repeats == 1);
    CHECK(fixture.write({}, {received(1, noon + hours{25})}).repeats == 1);
    CHECK(fixture.query_text(count_events) == "2");
    CHECK(fixture.query_text(count_claims) == "1");
}

TEST_CASE("flat claims: they are kept for longer than a topic delivers again") {
    // A segment that is open is kept for a week beyond the retention of its records.
    const auto segment = days{7};
    for (const auto topic : {wire::topic::ingest, wire::topic::ingest_backfill}) {
        CHECK(normaliser::record_claims_kept > 2 * (wire::describe(topic).retention + segment));
    }
    CHECK(normaliser::record_claims_late < normaliser::record_claims_kept);
}

TEST_CASE("flat claims: they expire, those of what was received long before they do not") {
    normaliser_fixture fixture;
    const hours kept = normaliser::record_claims_kept;
    fixture.write({}, {received(1, noon), received(2, noon)});
    fixture.write({}, {received(3, noon - kept)});
    fixture.run("INSERT INTO key_claims VALUES (gen_random_uuid(), gen_random_uuid(), now())");
    CHECK(expire(fixture) == 0);
    age_claims(fixture, "record_claims", kept - hours{1});
    age_claims(fixture, "key_claims", hours{47});
    CHECK(expire(fixture) == 0);
    fixture.run(
        "UPDATE record_claims SET received_at = claimed_at - CASE"
        " WHEN received_at > now() - interval '10 days' THEN interval '1 minute'"
        " ELSE interval '30 days' END"
    );
    age_claims(fixture, "key_claims", hours{2});
    age_claims(fixture, "record_claims", hours{2});
    CHECK(expire(fixture) == 3);
    CHECK(fixture.query_text("SELECT id::text FROM record_claims") == record(3).uuid());
    CHECK(fixture.query_text("SELECT count(*)::text FROM key_claims") == "0");
}

TEST_CASE("flat claims: what is replayed after its claim has gone does not count again") {
    normaliser_fixture fixture;
    const instant then = noon - days{31};
    fixture.write({user_of(9, "u")}, {});
    CHECK(fixture.write({}, {received(1, then)}, then).events == 1);
    fixture.run("DELETE FROM record_claims");
    const auto again = fixture.write({}, {received(1, then)});
    CHECK(again.events == 0);
    CHECK(again.repeats == 1);
    CHECK(fixture.query_text(count_events) == "1");
    // What was never written counts, however old it is, and then no more.
    CHECK(fixture.write({}, {received(2, then)}).events == 1);
    CHECK(fixture.write({}, {received(2, then)}).repeats == 1);
}

TEST_CASE("flat claims: an event that is there without its claim stays, and stops no batch") {
    normaliser_fixture fixture;
    auto first = received(1, noon);
    fixture.write({}, {first});
    fixture.run("DELETE FROM record_claims");
    first.properties = R"({"other": true})";
    CHECK(fixture.write({}, {first, received(2, noon)}).repeats == 0);
    CHECK(fixture.query_text(count_events) == "2");
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM events WHERE properties LIKE '%other%'") ==
        "0"
    );
}

TEST_CASE("flat claims: the version before claims in the same table") {
    normaliser_fixture fixture;
    const auto claim_as_before = [&](int number, const std::string& day, instant when) {
        return fixture.query_text(
            "WITH n AS (INSERT INTO ingest_claims (project_id, record_id, day, received_at)"
            " VALUES ('prj_1', '" +
            record(number).uuid() + "', " + day + ", " + support::sql_literal(when) +
            ") ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*)::text FROM n"
        );
    };
    CHECK(claim_as_before(1, "current_date", noon) == "1");
    CHECK(fixture.write({}, {received(1, noon + hours{1})}).repeats == 1);
    CHECK(fixture.write({}, {received(2, noon)}).events == 1);
    CHECK(claim_as_before(2, "current_date + 1", noon + hours{13}) == "0");
    CHECK(claim_as_before(2, "current_date + 1", noon + hours{24}) == "1");
}

TEST_CASE("flat claims: days of the tables of before are dropped") {
    normaliser_fixture fixture;
    fixture.run(
        "SELECT make_partitions('ingest_claims', 'day', current_date + 1000, 2)"
        "     + make_partitions('idempotency_claims', 'day', current_date + 1000, 2)"
    );
    const auto drop = [&](int after) {
        auto work = [&](postgres::transaction& tx) {
            return normaliser::drop_old_days(tx, noon + days{1000 + after});
        };
        return support::run_task(fixture.events(), fixture.database().transact(work)).value();
    };
    drop(0);
    CHECK(drop(3) == 2);
    CHECK(drop(4) == 2);
    CHECK(drop(4) == 0);
}

TEST_CASE("flat claims: two writes of one key in one batch, a day apart, both count") {
    normaliser_fixture fixture;
    fixture.run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now())");
    telemetry::registry registry;
    const normaliser::metrics counters{registry};
    manual_clock clock{noon + hours{26}};
    normaliser::consume_ingest stage{fixture.store(), clock, counters, counters.live_visible};
    consumer::batch<wire::ingest_record> batch;
    for (const int hour : {0, 25, 1, 24}) {
        wire::ingest_record one;
        one.project = project;
        one.id = record(1);
        one.body = R"({"external_user_id":"u","name":"x"})";
        one.received_at = noon + hours{hour};
        batch.push_back({batch.size(), std::move(one)});
    }
    for (int times = 0; times < 2; ++times) {
        const auto done = support::run_task(fixture.events(), stage.process(batch));
        REQUIRE(done.has_value());
        CHECK(done->set_aside.empty());
    }
    CHECK(fixture.query_text(count_events) == "2");
}

TEST_CASE("flat claims: what the version before claimed counts no more, as long as claims do") {
    support::scratch_schema schema;
    support::temp_folder before;
    const std::filesystem::path all = VF_SOURCE_DIR "/deploy/migrations";
    for (const auto& file : std::filesystem::directory_iterator{all}) {
        if (file.path().filename().string() < "0007") {
            std::filesystem::copy(
                file.path(), std::filesystem::path{before.path()} / file.path().filename()
            );
        }
    }
    REQUIRE(postgres::migrate(schema.url(), before.path(), std::chrono::seconds{20}).has_value());
    runtime::loop events;
    telemetry::registry registry;
    postgres::pool database{
        events, {.url = schema.url(), .application_name = "vf-test", .connections = 1}, registry
    };
    auto claim = [](postgres::transaction& tx) {
        tx.script(
            "INSERT INTO ingest_claims (project_id, record_id, day, received_at)"
            " SELECT 'prj_1', gen_random_uuid(), current_date - d, now() - d * interval '1 day'"
            " FROM unnest(ARRAY[0, 1, 16, 29, 40]) AS d"
        );
    };
    REQUIRE(support::run_task(events, database.transact(claim)).has_value());
    REQUIRE(postgres::migrate(schema.url(), all.string(), std::chrono::seconds{20}).has_value());
    auto look = [](postgres::transaction& tx) {
        return tx.query("SELECT count(*) FROM record_claims").front().integer(0);
    };
    CHECK(support::run_task(events, database.transact(look)).value() == 4);
}
