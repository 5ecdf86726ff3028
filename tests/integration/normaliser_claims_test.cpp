#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest-gateway/postgres_store.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/ingest/write_ingest.hpp"
#include "normaliser_fixture.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using normaliser::ingest_batch;
using places = std::vector<std::size_t>;

namespace {

wire::idempotency_claim claim_of(char key, char body) {
    wire::idempotency_claim claim;
    claim.key.bytes.fill(static_cast<std::uint8_t>(key));
    claim.body.bytes.fill(static_cast<std::uint8_t>(body));
    return claim;
}

// Events as the plan of a batch has them.
class unsettled_batch {
public:
    // Record `number` of the request that claims `key` for `body`.
    unsettled_batch& add(int number, char key, char body, instant timestamp = noon) {
        batch_.unverified.push_back({place_, claim_of(key, body), timestamp});
        return add_settled(number, timestamp);
    }

    unsettled_batch& add_settled(int number, instant timestamp = noon) {
        auto event = event_of(number, "u");
        event.received_at = timestamp;
        event.index = place_++;
        batch_.events.push_back(std::move(event));
        return *this;
    }

    operator ingest_batch() const { return batch_; }

private:
    ingest_batch batch_;
    std::size_t place_{0};
};

const std::string count_events = "SELECT count(*)::text FROM events";
// Who holds which key since when, as letters: "ka 12:00".
const std::string all_claims =
    "SELECT string_agg(chr(get_byte(uuid_send(key_id), 0)) || chr(get_byte(uuid_send(body_hash), "
    "0))"
    " || to_char(claimed_at AT TIME ZONE 'UTC', ' HH24:MI'), ', ' ORDER BY key_id)"
    " FROM key_claims";

void claim_at_gateway(normaliser_fixture& fixture, const wire::idempotency_claim& claim) {
    ingest_gateway::postgres_claims gateway{fixture.database()};
    const auto claims = support::run_task(fixture.events(), gateway.claim({claim}));
    REQUIRE(claims.has_value());
}

}  // namespace

TEST_CASE("normaliser claims: the first to come holds its key", "[integration]") {
    normaliser_fixture fixture;
    const auto first = fixture.write(unsettled_batch{}.add(1, 'k', 'a').add(2, 'k', 'a'));
    CHECK(first.events == 2);
    CHECK(first.conflicts.empty());
    CHECK(fixture.query_text(all_claims) == "ka 12:00");
}

TEST_CASE("normaliser claims: another body is not written, its neighbours are", "[integration]") {
    normaliser_fixture fixture;
    fixture.write(unsettled_batch{}.add(1, 'k', 'a'));
    const auto second = fixture.write(unsettled_batch{}
                                          .add_settled(2)
                                          .add(3, 'k', 'b', at_minute(1))
                                          .add(4, 'l', 'b')
                                          .add(5, 'k', 'a', at_minute(2)));
    CHECK(second.conflicts == places{1});
    CHECK(second.events == 3);
    CHECK(second.repeats == 0);
    CHECK(fixture.query_text(count_events) == "4");
    CHECK(fixture.query_text(all_claims) == "ka 12:00, lb 12:00");
}

TEST_CASE("normaliser claims: the same body of a retry is a repeat", "[integration]") {
    normaliser_fixture fixture;
    fixture.write(unsettled_batch{}.add(1, 'k', 'a'));
    const auto retry = fixture.write(unsettled_batch{}.add(1, 'k', 'a', at_minute(5)));
    CHECK(retry.conflicts.empty());
    CHECK(retry.repeats == 1);
    CHECK(fixture.query_text(count_events) == "1");
    CHECK(fixture.query_text(all_claims) == "ka 12:00");
}

TEST_CASE(
    "normaliser claims: within a batch the first wins, and the batch again decides the same",
    "[integration]"
) {
    normaliser_fixture fixture;
    // Two bodies of one key on one path make the same record ids.
    const auto batch = unsettled_batch{}
                           .add(1, 'k', 'b')
                           .add(1, 'k', 'a', at_minute(1))
                           .add(2, 'k', 'a', at_minute(1))
                           .add(1, 'k', 'b', at_minute(2));
    const auto first = fixture.write(batch);
    CHECK(first.conflicts == places{1, 2});
    CHECK(first.events == 1);
    CHECK(first.repeats == 1);
    const auto again = fixture.write(batch);
    CHECK(again.conflicts == first.conflicts);
    CHECK(again.events == 0);
    CHECK(again.repeats == 2);
    CHECK(fixture.query_text(count_events) == "1");
    CHECK(fixture.query_text(all_claims) == "kb 12:00");
}

TEST_CASE("normaliser claims: a batch of nothing but conflicts writes nothing", "[integration]") {
    normaliser_fixture fixture;
    fixture.write(unsettled_batch{}.add(1, 'k', 'a'));
    const auto second = fixture.write(unsettled_batch{}.add(2, 'k', 'b'));
    CHECK(second.conflicts == places{0});
    CHECK(second.events + second.repeats == 0);
    CHECK(fixture.query_text(count_events) == "1");
}

TEST_CASE("normaliser claims: what the gateway claimed holds", "[integration]") {
    normaliser_fixture fixture;
    claim_at_gateway(fixture, claim_of('k', 'a'));
    fixture.run("UPDATE key_claims SET claimed_at = " + minute_literal(5));
    const auto written = fixture.write(unsettled_batch{}.add(1, 'k', 'b').add(2, 'k', 'a'));
    CHECK(written.conflicts == places{0});
    CHECK(written.events == 1);
    CHECK(fixture.query_text(all_claims) == "ka 12:05");
}

TEST_CASE("normaliser claims: what it claimed the gateway heeds", "[integration]") {
    normaliser_fixture fixture;
    // The gateway's time is that of the database.
    const auto now = system_clock{}.now();
    fixture.write(unsettled_batch{}.add(1, 'k', 'a', now));
    ingest_gateway::postgres_claims gateway{fixture.database()};
    const auto claims = support::run_task(fixture.events(), gateway.claim({claim_of('k', 'b')}));
    REQUIRE(claims.has_value());
    REQUIRE(claims->size() == 1);
    CHECK(claims->front().claim == claim_of('k', 'a'));
}

TEST_CASE("normaliser claims: a key is held for a day, to both sides", "[integration]") {
    const vf::duration day = std::chrono::hours{24};
    const vf::duration moment{1};
    for (const auto [apart, held] :
         {std::pair{day - moment, true}, {day, false}, {-day + moment, true}, {-day, false}}) {
        normaliser_fixture fixture;
        fixture.write(unsettled_batch{}.add(1, 'k', 'a', noon));
        const auto other = fixture.write(unsettled_batch{}.add(2, 'k', 'b', noon + apart));
        CHECK(other.conflicts == (held ? places{0} : places{}));
        CHECK(fixture.query_text("SELECT count(*)::text FROM key_claims") == "1");
        // And the batch again, whoever's row it is by now.
        const auto again = fixture.write(unsettled_batch{}.add(2, 'k', 'b', noon + apart));
        CHECK(again.conflicts == other.conflicts);
    }
}

TEST_CASE("normaliser claims: one batch may hold a key on two days", "[integration]") {
    normaliser_fixture fixture;
    const auto later = noon + std::chrono::hours{25};
    const auto batch = unsettled_batch{}
                           .add(1, 'k', 'a')
                           .add(2, 'k', 'b', at_minute(1))
                           .add(3, 'k', 'b', later)
                           .add(4, 'k', 'a', later + std::chrono::minutes{1});
    CHECK(fixture.write(batch).conflicts == places{1, 3});
    CHECK(fixture.write(batch).conflicts == places{1, 3});
    CHECK(fixture.query_text(all_claims) == "kb 13:00");
    CHECK(fixture.query_text(count_events) == "2");
}

TEST_CASE("normaliser claims: a claim that fails with its batch is not kept", "[integration]") {
    normaliser_fixture fixture;
    ingest_batch batch = unsettled_batch{}.add(1, 'k', 'a');
    batch.events.front().name = std::string("x\0y", 3);
    const auto failed =
        support::run_task(fixture.events(), fixture.store().write(std::move(batch), noon));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == failure::data);
    CHECK(fixture.query_text("SELECT count(*)::text FROM key_claims") == "0");
}

TEST_CASE(
    "normaliser claims: a conflict goes to quarantine as often as it comes", "[integration]"
) {
    normaliser_fixture fixture;
    fixture.run("INSERT INTO projects VALUES ('prj_1', 'one', now())");
    const manual_clock now{noon};
    telemetry::registry registry;
    const normaliser::metrics metrics{registry};
    normaliser::consume_ingest stage{fixture.store(), now, metrics, metrics.live_visible};
    support::stage_runner<wire::ingest_record> ingest{
        fixture.events(), now, wire::consumers::ingest, wire::decode_ingest, stage
    };
    std::vector<wire::record> batch;
    for (const char body : {'a', 'b'}) {
        wire::ingest_record message;
        message.project = project;
        message.id = record(1);
        message.body = R"({"external_user_id":"u","name":"x"})";
        message.received_at = noon;
        message.unverified = claim_of('k', body);
        batch.push_back(wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest));
        batch.back().partition = 0;
        batch.back().offset = body;
    }
    const auto first = ingest.process(batch);
    const auto again = ingest.process(batch);
    REQUIRE(first.size() == 1);
    const auto item = wire::decode_quarantined(first.front());
    REQUIRE(item.has_value());
    CHECK(item->reason.code == domain::reason::idempotency_conflict);
    CHECK(item->original.offset == 'b');
    REQUIRE(again.size() == 1);
    CHECK(again.front().key == first.front().key);
    CHECK(fixture.query_text(count_events) == "1");
}
