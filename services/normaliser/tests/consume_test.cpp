#include <catch2/catch_test_macros.hpp>
#include <string>

#include "memory_store.hpp"
#include "normaliser/ingest/consume_ingest.hpp"
#include "normaliser/mail/consume_mail.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/runtime/task_group.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/stage_runner.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const instant start = *parse_instant("2024-11-20T12:00:00Z");

const std::string event_text = R"({"external_user_id":"u","name":"x"})";

struct normaliser_fixture {
    memory_store store;
    manual_clock clock{start};
    telemetry::registry registry;
    metrics counters{registry};
    consume_ingest ingest_stage{store, clock, counters, counters.live_visible};
    mail::link_keys keys;
    consume_mail mail_stage{store, clock, counters, {}, keys};
    runtime::loop loop;
    support::stage_runner<wire::ingest_record> ingest{
        loop, clock, wire::consumers::ingest, wire::decode_ingest, ingest_stage
    };
    support::stage_runner<wire::mail_event> mail{
        loop, clock, wire::consumers::mail, wire::decode_mail, mail_stage
    };

    normaliser_fixture() { store.projects.insert(project); }

    [[nodiscard]] bool counts(const std::string& line) const {
        return registry.expose().contains(line);
    }
};

wire::record event_record(
    std::uint8_t id, const std::string& body, const std::string& of = "prj_1"
) {
    wire::ingest_record message;
    message.project = domain::project_id{of};
    message.id.bytes[0] = id;
    message.body = body;
    message.received_at = start;
    auto record = wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest);
    record.partition = 3;
    record.offset = id;
    return record;
}

// Every one of one Idempotency-Key, and of one write.
wire::record unverified_record(std::int64_t offset, char body) {
    wire::ingest_record message;
    message.project = project;
    message.id.bytes[0] = 99;
    message.body = event_text;
    message.received_at = start;
    message.unverified.emplace();
    message.unverified->body.bytes.fill(static_cast<std::uint8_t>(body));
    auto record = wire::encode(message, domain::external_user_id{"u"}, wire::topic::ingest);
    record.partition = 3;
    record.offset = offset;
    return record;
}

wire::record open_record(std::int64_t offset, instant received) {
    wire::mail_event message;
    message.project = project;
    message.body = R"({"RecordType":"Open","MessageID":"m","ReceivedAt":"2024-11-20T10:00:00Z"})";
    message.received_at = received;
    auto record = wire::encode(message, "m");
    record.partition = 0;
    record.offset = offset;
    return record;
}

wire::quarantined quarantined(const wire::record& record) {
    CHECK(record.topic == wire::topic::quarantine);
    auto decoded = wire::decode_quarantined(record);
    REQUIRE(decoded.has_value());
    return std::move(*decoded);
}

}  // namespace

TEST_CASE("ingest: events are written and nothing is published for them") {
    normaliser_fixture fixture;
    const auto outputs =
        fixture.ingest.process({event_record(1, event_text), event_record(2, event_text)});
    CHECK(outputs.empty());
    CHECK(fixture.store.claimed.size() == 2);
    CHECK(fixture.store.written_at == start);
    CHECK(fixture.counts(R"(vf_normaliser_records_total{outcome="event"} 2)"));
}

TEST_CASE("ingest: what is set aside keeps its bytes and place, and is published again on a repeat"
) {
    normaliser_fixture fixture;
    const std::vector<wire::record> batch{event_record(1, event_text), event_record(2, "[1]")};
    const auto first = fixture.ingest.process(batch);
    const auto again = fixture.ingest.process(batch);
    REQUIRE(first.size() == 1);
    REQUIRE(again.size() == 1);
    const auto item = quarantined(first.front());
    CHECK(item.reason.code == domain::reason::invalid_body);
    CHECK(item.body == "[1]");
    CHECK(item.project == project);
    CHECK(item.original.source() == wire::coordinates{"vf.ingest", 3, 2});
    CHECK(item.original.value == batch[1].value);
    CHECK(quarantined(again.front()).id == item.id);
    CHECK(fixture.store.claimed.size() == 1);
    CHECK(fixture.counts(R"(vf_normaliser_records_total{outcome="repeat"} 1)"));
}

TEST_CASE("ingest: a body whose key belongs to another is set aside, each time the batch comes") {
    normaliser_fixture fixture;
    const std::vector<wire::record> batch{
        unverified_record(1, 'a'), event_record(2, event_text), unverified_record(3, 'b'),
        event_record(4, "[1]")
    };
    const auto first = fixture.ingest.process(batch);
    const auto again = fixture.ingest.process(batch);
    REQUIRE(first.size() == 2);
    REQUIRE(again.size() == 2);
    CHECK(quarantined(first[0]).reason.code == domain::reason::invalid_body);
    const auto item = quarantined(first[1]);
    CHECK(item.reason.stage == "normalise");
    CHECK(item.reason.code == domain::reason::idempotency_conflict);
    CHECK(item.reason.field == "Idempotency-Key");
    CHECK(item.original.source() == wire::coordinates{"vf.ingest", 3, 3});
    CHECK(item.body == event_text);
    CHECK(again[1].key == first[1].key);
    CHECK(again[1].value == first[1].value);
    CHECK(fixture.store.claimed.size() == 2);
}

TEST_CASE("ingest: a project is read once when it is there, each time when it is not") {
    normaliser_fixture fixture;
    fixture.ingest.process({event_record(1, event_text)});
    fixture.ingest.process({event_record(2, event_text)});
    CHECK(fixture.store.project_reads == 1);
    const auto outputs = fixture.ingest.process({event_record(3, event_text, "prj_2")});
    CHECK(quarantined(outputs.at(0)).reason.code == domain::reason::unknown_project);
    fixture.store.projects.insert(domain::project_id{"prj_2"});
    CHECK(fixture.ingest.process({event_record(3, event_text, "prj_2")}).empty());
    CHECK(fixture.store.project_reads == 3);
}

TEST_CASE("ingest: a failure of the store is the batch's, with nothing published") {
    normaliser_fixture fixture;
    fixture.store.failing = error{failure::permanent, "database_error", {}};
    CHECK(fixture.ingest.process({event_record(1, event_text)}).empty());
    CHECK_FALSE(fixture.ingest.committed());
}

TEST_CASE("ingest: what the database refuses is set aside under its own code") {
    normaliser_fixture fixture;
    fixture.store.failing = error{failure::data, "database_refused", "22021 bad"};
    const auto outputs = fixture.ingest.process({event_record(1, event_text)});
    const auto item = quarantined(outputs.at(0));
    CHECK(item.reason.stage == "normalise");
    CHECK(item.reason.code == domain::reason::refused_by_database);
    CHECK(item.reason.detail == "22021 bad");
    CHECK(item.body == event_text);
}

TEST_CASE("mail: an outcome is told with the body that was written first") {
    normaliser_fixture fixture;
    fixture.store.place_all_with({5, domain::external_user_id{"u5"}});
    const auto first = fixture.mail.process({open_record(1, start)});
    REQUIRE(first.size() == 1);
    // The provider repeats itself later, and by now the notice would match nobody.
    fixture.store.candidates = {};
    const auto again = fixture.mail.process({open_record(2, start + std::chrono::hours{1})});
    REQUIRE(again.size() == 1);
    const auto event = wire::decode_webhook(again.front());
    REQUIRE(event.has_value());
    CHECK(event->type == "email.opened");
    CHECK(event->body == wire::decode_webhook(first.front())->body);
    CHECK(event->created_at == start);
    CHECK(event->project == project);
    CHECK(again.front().key == first.front().key);
    CHECK(again.front().key == "prj_1:u5");
}

TEST_CASE("mail: every record of a batch is answered") {
    normaliser_fixture fixture;
    fixture.store.place_all_with({5, domain::external_user_id{"u5"}});
    auto bounce = open_record(3, start);
    wire::mail_event message;
    message.project = project;
    message.body = R"({"RecordType":"Letter"})";
    bounce.value = wire::encode(message, "m").value;
    const auto outputs =
        fixture.mail.process({open_record(1, start), open_record(2, start), bounce});
    REQUIRE(outputs.size() == 3);
    CHECK(outputs[0].topic == wire::topic::webhooks);
    CHECK(outputs[0].value == outputs[1].value);
    CHECK(quarantined(outputs[2]).reason.code == domain::reason::unknown_mail_kind);
    CHECK(fixture.store.standing.size() == 1);
}

TEST_CASE("mail: a notice about nobody we know is set aside") {
    normaliser_fixture fixture;
    const auto outputs = fixture.mail.process({open_record(1, start)});
    CHECK(quarantined(outputs.at(0)).reason.code == domain::reason::unmatched_mail);
    CHECK(fixture.store.standing.empty());
}

TEST_CASE("mail: a failure of the store is the batch's") {
    normaliser_fixture fixture;
    fixture.store.failing = error{failure::permanent, "database_error", {}};
    CHECK(fixture.mail.process({open_record(1, start)}).empty());
    CHECK_FALSE(fixture.mail.committed());
}

TEST_CASE("consume ingest: a probe says how long the way took and changes nothing") {
    normaliser_fixture fixture;
    wire::ingest_record probe;
    probe.project = domain::project_id{"probe"};
    probe.kind = wire::ingest_kind::probe;
    probe.received_at = start - std::chrono::milliseconds{30};
    const auto record = wire::encode(probe, domain::external_user_id{"1"}, wire::topic::ingest);
    const auto outputs = fixture.ingest.process({record, event_record(1, event_text)});
    CHECK(outputs.empty());
    CHECK(fixture.store.claimed.size() == 1);
    CHECK(fixture.counts("vf_accept_to_visible_seconds_sum{lane=\"probe\"} 0.03\n"));
    CHECK(fixture.counts("vf_accept_to_visible_seconds_count{lane=\"live\"} 1\n"));
    CHECK(fixture.counts("vf_probe_sent_timestamp_seconds 1"));
}
