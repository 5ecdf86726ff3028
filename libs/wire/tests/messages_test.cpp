#include "vf/wire/messages.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "vf/wire/derived_ids.hpp"
#include "vf/wire/set_aside.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::wire;

namespace {

const instant some_time = from_microseconds(1'700'000'000'123'456);

ingest_record sample_ingest() {
    ingest_record message;
    message.project = domain::project_id{"prj_a"};
    message.id = domain::record_id_from_digest("0123456789abcdef0123456789abcdef");
    message.kind = ingest_kind::user;
    message.body = "{\"external_user_id\":\"\xff\"}";
    message.received_at = some_time;
    message.historical = true;
    message.natural = true;
    message.unverified = idempotency_claim{
        domain::record_id_from_digest("key4567890123456789012345678901x"),
        domain::record_id_from_digest("body567890123456789012345678901x")
    };
    return message;
}

}  // namespace

TEST_CASE("messages: an ingest record survives the wire, bytes that are no UTF-8 included") {
    const auto sent = sample_ingest();
    const auto record = encode(sent, domain::external_user_id{"u:1"}, topic::ingest);
    CHECK(record.topic == "vf.ingest");
    CHECK(record.key == "prj_a:u:1");
    const auto got = decode_ingest(record);
    REQUIRE(got.has_value());
    CHECK(got->project == sent.project);
    CHECK(got->id == sent.id);
    CHECK(got->kind == sent.kind);
    CHECK(got->body == sent.body);
    CHECK(got->received_at == sent.received_at);
    CHECK(got->historical);
    CHECK(got->natural);
    CHECK(got->unverified == sent.unverified);
}

TEST_CASE("messages: what is not a message is undecodable") {
    record record;
    record.topic = "vf.ingest";
    record.value =
        GENERATE(as<std::string>{}, "", "garbage", "{\"name\":\"x\"}", std::string(1'000, '\0'));
    CHECK(decode_ingest(record).error().code == "undecodable_record");
    CHECK(decode_mail(record).error().code == "undecodable_record");
    CHECK(decode_webhook(record).error().code == "undecodable_record");
    CHECK(decode_nudge(record).error().code == "undecodable_record");
    CHECK(decode_fired(record).error().code == "undecodable_record");
    CHECK(decode_quarantined(record).error().code == "undecodable_record");
    CHECK(decode_dead_letter(record).error().code == "undecodable_record");
}

TEST_CASE("messages: a newer version is told apart from garbage") {
    auto record = encode(sample_ingest(), domain::external_user_id{"u"}, topic::ingest);
    REQUIRE(record.value.substr(0, 2) == "\x08\x01");
    record.value[1] = '\x02';
    CHECK(decode_ingest(record).error().code == "unsupported_version");
}

TEST_CASE("messages: mail, webhook, nudge and fire survive the wire") {
    const auto mail = decode_mail(encode(
        mail_event{domain::project_id{"prj_a"}, mail_source::postmark, "{}", some_time}, "m1"
    ));
    REQUIRE(mail.has_value());
    CHECK(mail->body == "{}");
    CHECK(mail->received_at == some_time);

    const auto webhook = decode_webhook(encode(
        webhook_event{
            domain::project_id{"prj_a"}, domain::event_id{"evt_1"}, "email.opened", "{\"a\":1}",
            some_time
        },
        domain::external_user_id{"u"}
    ));
    REQUIRE(webhook.has_value());
    CHECK(webhook->id.text == "evt_1");
    CHECK(webhook->body == "{\"a\":1}");

    const auto nudge = decode_nudge(encode(delivery_nudge{
        domain::delivery_id{"dlv_1"}, domain::endpoint_id{"ep_1"}, domain::project_id{"prj_a"},
        some_time, "rsn_1"
    }));
    REQUIRE(nudge.has_value());
    CHECK(nudge->resend_id == "rsn_1");
    CHECK(nudge->project.text == "prj_a");
    CHECK(nudge->due_at == some_time);

    const auto fired = decode_fired(encode(rule_fired{
        domain::project_id{"prj_a"}, "fir_1", domain::rule_id{"rul_1"}, "welcome",
        domain::external_user_id{"u"}, domain::draft_id{"drf_1"}, some_time
    }));
    REQUIRE(fired.has_value());
    CHECK(fired->draft.text == "drf_1");
    CHECK(fired->preset == "welcome");
}

TEST_CASE("set aside: the item carries the original record and the customer's own bytes") {
    auto original = encode(sample_ingest(), domain::external_user_id{"u"}, topic::ingest);
    original.partition = 3;
    original.offset = 42;
    original.headers.push_back({"traceparent", "00-aa"});
    const auto item =
        set_aside(original, {"normalise", "invalid_property", "properties.x", "why"}, some_time);
    const auto got = decode_quarantined(encode(item));
    REQUIRE(got.has_value());
    CHECK(got->id == derive_quarantine_id({"vf.ingest", 3, 42}));
    CHECK(got->project.text == "prj_a");
    CHECK(got->reason.field == "properties.x");
    CHECK(got->original.value == original.value);
    CHECK(got->original.key == original.key);
    CHECK(got->original.headers == original.headers);
    CHECK(got->original.source() == original.source());
    CHECK(got->body == sample_ingest().body);
}

TEST_CASE("set aside: garbage has no project and no body, but keeps its bytes and coordinates") {
    record original;
    original.topic = "vf.ingest";
    original.partition = 0;
    original.offset = 7;
    original.value = std::string{"\0\x01garbage", 9};
    original.timestamp = some_time;
    const auto got = decode_quarantined(
        encode(set_aside(original, {"normalise", "undecodable_record", "", ""}, some_time))
    );
    REQUIRE(got.has_value());
    CHECK(got->project.empty());
    CHECK_FALSE(got->body.has_value());
    CHECK_FALSE(got->original.key.has_value());
    CHECK(got->original.value == original.value);
}

TEST_CASE("derived ids: the same input makes the same id, and every part counts") {
    const domain::project_id project{"prj_a"};
    const auto id = derive_record_id(project, "/api/v1/events", "key", 0);
    CHECK(id == derive_record_id(project, "/api/v1/events", "key", 0));
    CHECK_FALSE(id == derive_record_id(project, "/api/v1/events", "key", 1));
    CHECK_FALSE(id == derive_record_id(project, "/api/v1/users", "key", 0));
    CHECK_FALSE(id == derive_record_id(project, "/api/v1/events", "key2", 0));
    CHECK_FALSE(id == derive_record_id(domain::project_id{"prj_b"}, "/api/v1/events", "key", 0));
    // Parts do not run into each other.
    CHECK_FALSE(
        derive_record_id(project, "/a", "bc", 0) == derive_record_id(project, "/ab", "c", 0)
    );
}
