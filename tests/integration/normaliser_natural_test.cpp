#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser_fixture.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

normaliser::new_event natural_of(int number, const std::string& user, instant received = noon) {
    auto event = event_of(number, user);
    event.natural = true;
    event.historical = true;
    event.occurred_at = *parse_instant("2019-03-01T23:30:00-02:00");
    event.received_at = received;
    return event;
}

const std::string count_events = "SELECT count(*)::text FROM events";

}  // namespace

TEST_CASE("normaliser natural: a repeat changes nothing, however late", "[integration]") {
    normaliser_fixture fixture;
    CHECK(fixture.write({}, {natural_of(1, "u")}).events == 1);
    CHECK(fixture.query_text("SELECT occurred_on::text FROM natural_claims") == "2019-03-02");
    CHECK(fixture.query_text("SELECT count(*)::text FROM natural_claims_default") == "0");
    CHECK(fixture.query_text("SELECT count(*)::text FROM record_claims") == "0");
    for (const int days : {0, 3, 700}) {
        const auto again = fixture.write({}, {natural_of(1, "u", noon + std::chrono::days{days})});
        CHECK(again.events == 0);
        CHECK(again.repeats == 1);
    }
    CHECK(fixture.query_text(count_events) == "1");
    // Of another project it is another event.
    auto other = natural_of(1, "u");
    other.who.project = domain::project_id{"prj_2"};
    CHECK(fixture.write({}, {other}).events == 1);
}

TEST_CASE("normaliser natural: twice in a batch it has one effect", "[integration]") {
    normaliser_fixture fixture;
    fixture.run("INSERT INTO projects VALUES ('prj_1', 'one', now())");
    const manual_clock now{noon};
    telemetry::registry registry;
    const normaliser::metrics metrics{registry};
    normaliser::consume_ingest stage{fixture.store(), now, metrics, metrics.live_visible};
    support::stage_runner<wire::ingest_record> ingest{
        fixture.events(), now, wire::consumers::backfill, wire::decode_ingest, stage
    };
    wire::ingest_record message;
    message.project = project;
    message.id = record(1);
    message.natural = true;
    message.body = R"({"external_user_id":"u","name":"x","timestamp":"2019-03-01T00:00:00Z"})";
    std::vector<wire::record> batch;
    for (const int days : {0, 2}) {
        message.received_at = noon + std::chrono::days{days};
        batch.push_back(
            wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest_backfill)
        );
    }
    // Under a key of its own, which holds: the same event all the same.
    message.unverified.emplace();
    batch.push_back(
        wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest_backfill)
    );
    for (int times = 0; times < 2; ++times) {
        CHECK(ingest.process(batch).empty());
        CHECK(ingest.committed());
        CHECK(fixture.query_text(count_events) == "1");
    }
    CHECK(fixture.query_text("SELECT count(*)::text FROM natural_claims") == "1");
}

TEST_CASE("normaliser natural: beside others of a batch", "[integration]") {
    normaliser_fixture fixture;
    const auto written = fixture.write(
        {user_of(1, "u")}, {natural_of(2, "u"), event_of(3, "u"), natural_of(4, "v")}
    );
    CHECK(written.users == 1);
    CHECK(written.events == 3);
    const auto again = fixture.write(
        {user_of(1, "u")}, {natural_of(2, "u"), event_of(3, "u"), natural_of(5, "u")}
    );
    CHECK(again.events == 1);
    CHECK(again.repeats == 3);
    CHECK(fixture.query_text(count_events) == "4");
}

TEST_CASE("normaliser natural: an event that waits attaches to its user once", "[integration]") {
    normaliser_fixture fixture;
    fixture.write({}, {natural_of(1, "u")});
    fixture.write({}, {natural_of(1, "u", noon + std::chrono::days{2})});
    CHECK(fixture.query_text("SELECT (user_id IS NULL)::text FROM events") == "true");
    const auto identified = fixture.write({user_of(2, "u")}, {natural_of(1, "u")}, at_minute(60));
    CHECK(identified.attached == 1);
    CHECK(identified.events == 0);
    CHECK(
        fixture.query_text(
            "SELECT (e.attached_at = " + minute_literal(60) +
            " AND e.historical"
            "        AND f.first_seen_at = '2019-03-02T01:30Z')::text"
            " FROM events e JOIN user_facts f USING (user_id)"
        ) == "true"
    );
    const auto late = fixture.write({}, {natural_of(1, "u", noon + std::chrono::days{4})});
    CHECK(late.repeats == 1);
    CHECK(fixture.query_text(count_events) == "1");
}
