#include <optional>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/resources/replay.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/wire/derived_ids.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf::console;
using vf::from_microseconds;
namespace wire = vf::wire;
namespace domain = vf::domain;

namespace {

constexpr auto received = from_microseconds(1'732'104'000'000'000);
const std::string project = "prj_1";

wire::ingest_record message_of(wire::ingest_kind kind, std::string body) {
    wire::ingest_record ingest_record;
    ingest_record.project = domain::project_id{project};
    ingest_record.id.bytes.fill(0x42);
    ingest_record.kind = kind;
    ingest_record.body = std::move(body);
    ingest_record.received_at = received;
    return ingest_record;
}

quarantine_row item_of(const wire::record& original) {
    quarantine_row row;
    row.id = "qtn_1";
    row.project = project;
    row.stage = wire::consumers::ingest.stage;
    row.code = domain::reason::invalid_property;
    row.original = original;
    row.received_at = received;
    return row;
}

quarantine_row ingest_item(wire::ingest_kind kind, std::string body) {
    return item_of(wire::encode(
        message_of(kind, std::move(body)), domain::external_user_id{"u1"}, wire::topic::ingest
    ));
}

quarantine_row broken_item() {
    auto row = item_of({});
    row.project.reset();
    row.code = domain::reason::undecodable_record;
    row.original.topic = wire::topic::ingest;
    row.original.value = "\xff\xff garbage";
    return row;
}

const std::string bad_event =
    R"({"external_user_id":"u1","name":"trial_expiring","properties":{"daysLeft":"soon"}})";
const std::string good_event =
    R"({"external_user_id":"u1","name":"trial_expiring","properties":{"daysLeft":3}})";

const std::string other_event = R"({"external_user_id":"u1","name":"clicked"})";

std::string timed_event(const std::string& days, const std::string& date) {
    return R"({"external_user_id":"u1","name":"trial_expiring","properties":{"daysLeft":)" + days +
           R"(},"timestamp":")" + date + R"(T00:00:00Z"})";
}

domain::record_id natural_id(const std::string& of, const std::string& date) {
    return wire::derive_natural_id(
        domain::project_id{of}, domain::external_user_id{"u1"}, "trial_expiring",
        *vf::parse_instant(date + "T00:00:00Z")
    );
}

wire::ingest_record record_in(const api_result<replay_plan>& plan) {
    REQUIRE(plan);
    CHECK(plan->record.topic == wire::topic::ingest_backfill);
    auto ingest_record = wire::decode_ingest(plan->record);
    REQUIRE(ingest_record);
    return std::move(*ingest_record);
}

struct refused_case {
    quarantine_row item;
    replay_request request;
    std::string field;
};

}  // namespace

TEST_CASE("replay: the request is a reason, and perhaps body and project") {
    const auto plain = parse_replay(R"({"reason":"fixed"})");
    REQUIRE(plain);
    CHECK(plain->reason == "fixed");
    CHECK_FALSE(plain->body);
    const auto text = parse_replay(R"({"reason":"r","body":"{\"a\": 1}","project":"prj_2"})");
    REQUIRE(text);
    CHECK(text->body == R"({"a": 1})");
    CHECK(text->project == "prj_2");
    const auto object = parse_replay(R"({"reason":"r","body": {"a":  1.10} })");
    REQUIRE(object);
    CHECK(object->body == R"({"a":  1.10})");

    const auto numeric = parse_replay(R"({"reason":"r","body":5})");
    REQUIRE_FALSE(numeric);
    CHECK(numeric.error().field == "body");
    const auto silent = parse_replay(R"({"body":"{}"})");
    REQUIRE_FALSE(silent);
    CHECK(silent.error().field == "reason");
    const auto odd = parse_replay(R"({"reason":"r","boddy":"{}"})");
    REQUIRE_FALSE(odd);
    CHECK(odd.error().field == "boddy");
}

TEST_CASE("replay: without a body the original bytes go to the backfill under their key") {
    const auto item = ingest_item(wire::ingest_kind::event, bad_event);
    const auto plan = plan_replay(item, {"r", {}, {}});
    REQUIRE(plan);
    CHECK(plan->record.topic == wire::topic::ingest_backfill);
    CHECK(plan->record.value == item.original.value);
    CHECK(plan->record.key == item.original.key);
    CHECK(plan->project == project);
    CHECK(plan->event == domain::event_id_of(message_of({}, {}).id).text);
}

TEST_CASE("replay: a corrected body keeps kind, id and time of the original") {
    const auto item = ingest_item(wire::ingest_kind::event, bad_event);
    const auto plan = plan_replay(item, {"r", " " + good_event + "\n", {}});
    REQUIRE(plan);
    const auto ingest_record = wire::decode_ingest(plan->record);
    REQUIRE(ingest_record);
    CHECK(ingest_record->body == good_event);
    CHECK(ingest_record->id == message_of({}, {}).id);
    CHECK(ingest_record->received_at == received);
    CHECK(ingest_record->kind == wire::ingest_kind::event);
    CHECK(ingest_record->project.text == project);
    CHECK(plan->record.key == item.original.key);
}

TEST_CASE("replay: a corrected timestamp is judged by when the original was received") {
    // A day ahead, however much later it is replayed: the normaliser judges it by the same time.
    const std::string body = R"({"external_user_id":"u1","name":"clicked","timestamp":")";
    const auto dated = [&body](vf::instant timestamp) {
        return body + vf::format_instant(timestamp) + R"("})";
    };
    const auto latest = received + domain::limits::timestamp_ahead;
    for (const auto& item : {ingest_item(wire::ingest_kind::event, bad_event), broken_item()}) {
        const auto plan = plan_replay(item, {"r", dated(latest), project});
        const auto record = record_in(plan);
        CHECK(record.received_at == received);
        const auto late =
            plan_replay(item, {"r", dated(latest + std::chrono::seconds{1}), project});
        REQUIRE_FALSE(late);
        CHECK(late.error().field == "body.timestamp");
    }
}

TEST_CASE("replay: a corrected user id moves the record to that user's key") {
    const auto item = ingest_item(wire::ingest_kind::event, bad_event);
    const std::string body = R"({"external_user_id":"u2","name":"clicked"})";
    const auto plan = plan_replay(item, {"r", body, {}});
    REQUIRE(plan);
    const auto expected = wire::encode(
        message_of(wire::ingest_kind::event, body), domain::external_user_id{"u2"},
        wire::topic::ingest_backfill
    );
    CHECK(plan->record.key == expected.key);
    CHECK(plan->record.value == expected.value);
}

TEST_CASE("replay: an undecodable original takes its kind from the body and its id from the item") {
    replay_request request{"r", good_event, project};
    const auto event = plan_replay(broken_item(), request);
    REQUIRE(event);
    const auto ingest_record = wire::decode_ingest(event->record);
    REQUIRE(ingest_record);
    CHECK(ingest_record->kind == wire::ingest_kind::event);
    CHECK(ingest_record->received_at == received);
    CHECK(event->event == domain::event_id_of(ingest_record->id).text);

    // Again: the same record, so one effect. Another item: another record.
    const auto again = plan_replay(broken_item(), request);
    REQUIRE(again);
    CHECK(again->record.value == event->record.value);
    auto other = broken_item();
    other.id = "qtn_2";
    const auto elsewhere = plan_replay(other, request);
    REQUIRE(elsewhere);
    CHECK(elsewhere->event != event->event);

    request.body = R"({"external_user_id":"u1","email":"a@b.co"})";
    const auto user = plan_replay(broken_item(), request);
    REQUIRE(user);
    CHECK_FALSE(user->event);
    CHECK(wire::decode_ingest(user->record)->kind == wire::ingest_kind::user);
}

TEST_CASE("replay: an item of an unknown project may go to another") {
    auto item = ingest_item(wire::ingest_kind::event, good_event);
    item.code = domain::reason::unknown_project;
    const auto plan = plan_replay(item, {"r", {}, "prj_2"});
    REQUIRE(plan);
    const auto ingest_record = wire::decode_ingest(plan->record);
    REQUIRE(ingest_record);
    CHECK(ingest_record->project.text == "prj_2");
    CHECK(ingest_record->body == good_event);
    const auto expected =
        wire::encode(*ingest_record, domain::external_user_id{"u1"}, wire::topic::ingest_backfill);
    CHECK(plan->record.key == expected.key);
}

TEST_CASE("replay: what a person sends again is not held to its Idempotency-Key") {
    auto message = message_of(wire::ingest_kind::event, good_event);
    message.unverified.emplace();
    message.historical = true;
    const auto original =
        wire::encode(message, domain::external_user_id{"u1"}, wire::topic::ingest);
    const auto body = GENERATE(std::optional<std::string>{}, std::optional{good_event});
    const auto ingest_record = record_in(plan_replay(item_of(original), {"r", body, {}}));
    CHECK_FALSE(ingest_record.unverified);
    CHECK(ingest_record.id == message.id);
    CHECK(ingest_record.historical);
    CHECK(ingest_record.body == good_event);
}

TEST_CASE("replay: a record whose key belongs to another body gets an id of its own") {
    auto message = message_of(wire::ingest_kind::event, good_event);
    message.unverified.emplace();
    auto item = item_of(wire::encode(message, domain::external_user_id{"u1"}, wire::topic::ingest));
    item.code = domain::reason::idempotency_conflict;
    const auto plan = plan_replay(item, {"r", {}, {}});
    const auto ingest_record = record_in(plan);
    CHECK_FALSE(ingest_record.unverified);
    CHECK(ingest_record.id != message.id);
    CHECK(plan->event == domain::event_id_of(ingest_record.id).text);
    CHECK(plan->record.key == item.original.key);
    CHECK(ingest_record.received_at == received);

    // Twice, or with another body: one effect. Of another item: another.
    CHECK(plan_replay(item, {"r", {}, {}})->record.value == plan->record.value);
    CHECK(record_in(plan_replay(item, {"r", other_event, {}})).id == ingest_record.id);
    item.id = "qtn_2";
    CHECK(record_in(plan_replay(item, {"r", {}, {}})).id != ingest_record.id);
}

TEST_CASE("replay: a natural event keeps its identity as long as it says the same") {
    auto message = message_of(wire::ingest_kind::event, timed_event(R"("soon")", "2024-01-01"));
    message.natural = true;
    message.historical = true;
    message.id = natural_id(project, "2024-01-01");
    message.unverified.emplace();
    auto item =
        item_of(wire::encode(message, domain::external_user_id{"u1"}, wire::topic::ingest_backfill)
        );
    item.code = GENERATE(domain::reason::invalid_property, domain::reason::idempotency_conflict);
    const auto plain = record_in(plan_replay(item, {"r", {}, {}}));
    CHECK(plain.natural);
    CHECK(plain.historical);
    CHECK_FALSE(plain.unverified);
    CHECK(plain.id == message.id);

    const auto mended = record_in(plan_replay(item, {"r", timed_event("3", "2024-01-01"), {}}));
    CHECK(mended.natural);
    CHECK(mended.historical);
    CHECK(mended.id == message.id);

    const auto moved = record_in(plan_replay(item, {"r", timed_event("3", "2024-01-02"), {}}));
    CHECK(moved.natural);
    CHECK(moved.id == natural_id(project, "2024-01-02"));

    const auto timeless = record_in(plan_replay(item, {"r", good_event, {}}));
    CHECK_FALSE(timeless.natural);
    CHECK(timeless.id != message.id);
    CHECK(timeless.id == record_in(plan_replay(item, {"r", good_event, {}})).id);
}

TEST_CASE("replay: a natural event sent to another project is an event of that project") {
    auto message = message_of(wire::ingest_kind::event, timed_event("3", "2024-01-01"));
    message.natural = true;
    message.id = natural_id(project, "2024-01-01");
    auto item =
        item_of(wire::encode(message, domain::external_user_id{"u1"}, wire::topic::ingest_backfill)
        );
    item.code = domain::reason::unknown_project;
    const auto ingest_record = record_in(plan_replay(item, {"r", {}, "prj_2"}));
    CHECK(ingest_record.natural);
    CHECK(ingest_record.project.text == "prj_2");
    CHECK(ingest_record.id == natural_id("prj_2", "2024-01-01"));
}

TEST_CASE("replay: mail goes back to the mail topic") {
    wire::mail_event mail;
    mail.project = domain::project_id{project};
    mail.body = R"({"RecordType":"Odd"})";
    mail.received_at = received;
    auto item = item_of(wire::encode(mail, "message-1"));
    item.stage = wire::consumers::mail.stage;

    const auto plain = plan_replay(item, {"r", {}, {}});
    REQUIRE(plain);
    CHECK(plain->record.topic == wire::topic::mail);
    CHECK(plain->record.value == item.original.value);
    CHECK(plain->record.key == item.original.key);

    const auto corrected = plan_replay(item, {"r", R"({"RecordType":"Open"})", {}});
    REQUIRE(corrected);
    const auto mail_event = wire::decode_mail(corrected->record);
    REQUIRE(mail_event);
    CHECK(mail_event->body == R"({"RecordType":"Open"})");
    CHECK(mail_event->received_at == received);
    CHECK(corrected->record.key == item.original.key);
}

TEST_CASE("replay: what cannot work is refused with its field") {
    const auto event = ingest_item(wire::ingest_kind::event, bad_event);
    auto ours = broken_item();
    ours.stage = wire::consumers::quarantine.stage;
    auto mail = broken_item();
    mail.stage = wire::consumers::mail.stage;
    const auto refused = GENERATE_REF(
        refused_case{event, {"r", bad_event, {}}, "body.properties.daysLeft"},
        refused_case{event, {"r", R"({"name":"x"})", {}}, "body.external_user_id"},
        refused_case{event, {"r", "nonsense", {}}, "body"},
        refused_case{event, {"r", "[]", {}}, "body"},
        refused_case{event, {"r", {}, "prj_2"}, "project"},
        refused_case{broken_item(), {"r", {}, project}, "body"},
        refused_case{broken_item(), {"r", good_event, {}}, "project"},
        refused_case{
            ingest_item(wire::ingest_kind::user, "{}"),
            {"r", R"({"external_user_id":"u1","email":"nobody"})", {}},
            "body.email"
        },
        refused_case{mail, {"r", {}, project}, "body"},
        refused_case{mail, {"r", "5", project}, "body"},
        refused_case{ours, {"r", "{}", project}, ""}
    );
    const auto plan = plan_replay(refused.item, refused.request);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().status == 422);
    CHECK(plan.error().field == refused.field);
}
