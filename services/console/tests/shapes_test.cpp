// The field names that are fixed from the first day, in order, and nothing beside them.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/api/shapes.hpp"
#include "vf/domain/ids.hpp"
#include "vf/json/parse.hpp"

using namespace vf::console;
using vf::from_microseconds;

namespace {

constexpr auto noon = from_microseconds(1'732'104'000'000'000);  // 2024-11-20T12:00:00Z
const std::string noon_text = "2024-11-20T12:00:00.000000Z";

using names = std::vector<std::string>;

template <class Row>
names fields_of(const Row& row) {
    const std::string text = object_json(row);
    const auto parsed = vf::json::parse(text);
    REQUIRE(parsed);
    const auto* const data = parsed->find("data");
    REQUIRE(data != nullptr);
    names names;
    for (const auto& member : data->members) {
        names.push_back(member.name);
    }
    return names;
}

event_row event_of_record(const std::string& uuid) {
    event_row row;
    row.record = uuid;
    row.name = "feature_used";
    row.properties = R"({ "count": 1.10 })";
    row.occurred_at = noon;
    row.received_at = noon;
    return row;
}

}  // namespace

TEST_CASE("shapes: what is made is shown with its id, secrets once") {
    CHECK(object_json(created_id{"prj_1"}) == R"({"data":{"id":"prj_1"}})");
    CHECK(fields_of(created_key{"key_1", "sk_live_x", "abcd"}) == names{"id", "secret", "last4"});
    CHECK(fields_of(created_endpoint{"ep_1", "whsec_x"}) == names{"id", "secret"});
}

TEST_CASE("shapes: a user has exactly the fixed fields") {
    user_row row{"u1", std::nullopt, "Ada", R"({"plan": "pro"})", "lead", noon, noon, true};
    CHECK(
        fields_of(row) ==
        names{
            "external_user_id", "email", "name", "traits", "stage", "first_seen_at", "last_seen_at",
            "subscribed"
        }
    );
    CHECK(
        object_json(row) == R"({"data":{"external_user_id":"u1","email":null,"name":"Ada",)"
                            R"("traits":{"plan": "pro"},"stage":"lead","first_seen_at":")" +
                                noon_text + R"(","last_seen_at":")" + noon_text +
                                R"(","subscribed":true}})"
    );
}

TEST_CASE("shapes: an event carries the customer's properties verbatim") {
    const auto row = event_of_record("018f3c2e-0000-7000-8000-000000000001");
    CHECK(
        fields_of(row) ==
        names{"id", "name", "properties", "occurred_at", "received_at", "attached_at"}
    );
    const std::string text = object_json(row);
    CHECK(text.find(R"("properties":{ "count": 1.10 })") != std::string::npos);
    CHECK(text.find(R"("attached_at":null)") != std::string::npos);
    CHECK(vf::domain::is_well_formed(shown_id(row), vf::domain::prefix::event));
}

TEST_CASE("shapes: rules, drafts, deliveries and dead letters have the fixed fields") {
    rule_row rule;
    rule.state = "paused";
    CHECK(fields_of(rule) == names{"id", "kind", "preset", "state"});
    CHECK(fields_of(draft_row{}) == names{"id", "rule", "status", "created_at"});
    CHECK(
        fields_of(delivery_row{}) ==
        names{"id", "event_id", "endpoint_id", "type", "state", "attempts", "next_attempt_at"}
    );
    CHECK(
        fields_of(dead_letter_row{}) == names{"id", "delivery_id", "event_id", "cause", "attempts"}
    );
}

TEST_CASE("shapes: a quarantine item shows its body as text, or as base64 where it is none") {
    quarantine_row row;
    row.id = "qtn_1";
    row.body = R"({"name":5})";
    row.received_at = noon;
    CHECK(
        fields_of(row) ==
        names{"id", "code", "field", "stage", "fingerprint", "received_at", "body"}
    );
    CHECK(object_json(row).find(R"("body":"{\"name\":5}")") != std::string::npos);
    row.body = "\xff";
    CHECK(
        fields_of(row) ==
        names{"id", "code", "field", "stage", "fingerprint", "received_at", "body_base64"}
    );
    CHECK(object_json(row).find(R"("body_base64":"/w==")") != std::string::npos);
}

TEST_CASE("shapes: the detail of a quarantine item has its source, key, headers and value") {
    quarantine_detail detail;
    detail.item.id = "qtn_1";
    detail.item.original.topic = "vf.ingest";
    detail.item.original.partition = 3;
    detail.item.original.offset = 12;
    detail.item.original.key = "prj_1:u1";
    detail.item.original.value = std::string{"\x01\x00", 2};
    detail.item.original.headers = {{"traceparent", "00-a"}, {"raw", "\xfe"}};
    CHECK(
        fields_of(detail) ==
        names{
            "id", "code", "field", "stage", "fingerprint", "received_at", "body", "project_id",
            "event_id", "detail", "source", "key", "headers", "value_base64", "set_aside_at",
            "replayed_at", "attached_at", "replays"
        }
    );
    const std::string text = object_json(detail);
    CHECK(
        text.find(R"("source":{"topic":"vf.ingest","partition":3,"offset":12})") !=
        std::string::npos
    );
    CHECK(text.find(R"({"name":"traceparent","value":"00-a"})") != std::string::npos);
    CHECK(text.find(R"({"name":"raw","value_base64":"/g=="})") != std::string::npos);
    CHECK(text.find(R"("value_base64":"AQA=")") != std::string::npos);
}

TEST_CASE("shapes: a delivery in detail has its attempts") {
    attempt_row attempt;
    attempt.took_microseconds = 12'345;
    attempt.started_at = noon;
    attempt.outcome = "retry";
    attempt.error = "timed_out";
    const delivery_detail detail{delivery_row{}, {attempt}};
    CHECK(
        fields_of(detail) ==
        names{
            "id", "event_id", "endpoint_id", "type", "state", "attempts", "next_attempt_at",
            "project_id", "run", "created_at", "settled_at", "history"
        }
    );
    CHECK(
        object_json(detail).find(
            R"("took_ms":12,"outcome":"retry","status":null,"error":"timed_out","address":null,)"
            R"("response_body":null)"
        ) != std::string::npos
    );
}

TEST_CASE("shapes: keys and endpoints never show a secret again") {
    key_row key;
    key.digest = "secret";
    CHECK(
        fields_of(key) == names{"id", "name", "last4", "created_at", "revoked_at", "last_used_at"}
    );
    CHECK(
        fields_of(endpoint_row{}) ==
        names{
            "id", "url", "event_types", "signature", "created_at", "paused_until", "disabled_at",
            "disabled_reason"
        }
    );
}

TEST_CASE("shapes: a list tells its next cursor until the end") {
    slice<project_row> found{{{"prj_1", "one", noon, {}, false}}, position{noon, "prj_1"}};
    const std::string more = page_json(found, "projects");
    const auto parsed = vf::json::parse(more);
    REQUIRE(parsed);
    const auto cursor = parsed->find("meta")->string_at("next_cursor");
    REQUIRE(cursor);
    CHECK(decode_cursor("projects", *cursor) == found.next);
    found.next.reset();
    CHECK(page_json(found, "projects").ends_with(R"("meta":{"next_cursor":null}})"));
}

TEST_CASE("shapes: audit and pipeline") {
    audit_row row;
    row.id = 7;
    row.timestamp = noon;
    row.entry = {"admin", "key.revoke", "key_1", std::nullopt, R"({"a": 1})"};
    CHECK(fields_of(row) == names{"id", "at", "actor", "action", "target", "reason", "detail"});
    CHECK(
        object_json(stage_row{"deliver", 3, 1.23456}) ==
        R"({"data":{"stage":"deliver","waiting":3,"oldest_seconds":1.235}})"
    );
    CHECK(
        object_json(stage_row{"deliver", 0, 0}) ==
        R"({"data":{"stage":"deliver","waiting":0,"oldest_seconds":0}})"
    );
}
