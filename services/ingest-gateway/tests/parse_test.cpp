#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>
#include <vector>

#include "ingest-gateway/parse/parse_mail.hpp"
#include "ingest-gateway/parse/parse_request.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");

http::headers typed(const std::string& type) {
    http::headers sent;
    sent.add("Content-Type", type);
    return sent;
}

// Points into the text.
json::value parsed(const std::string& text) {
    auto value = parse_body(text);
    REQUIRE(value.has_value());
    return std::move(*value);
}

std::string events_of(std::size_t count) {
    std::string text = R"({"events":[)";
    for (std::size_t i = 0; i < count; ++i) {
        text += i == 0 ? "" : ",";
        text += R"({"external_user_id":"u","name":"n"})";
    }
    return text + "]}";
}

struct body_row {
    std::string text;
    reply_code code;
    std::string message;
};

struct envelope_row {
    std::string text;
    std::string field;
    std::string message;
};

}  // namespace

TEST_CASE("content type: application/json passes in any case and with parameters") {
    const auto type = GENERATE(
        as<std::string>{}, "application/json", "Application/JSON",
        "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json ;x"
    );
    CHECK(check_content_type(typed(type)).has_value());
}

TEST_CASE("content type: everything else is a bad request") {
    const auto type = GENERATE(
        as<std::string>{}, "", "text/plain", "application/jsonp", "application/json, text/plain",
        "application/x-www-form-urlencoded", ";application/json"
    );
    const auto refused = check_content_type(typed(type));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == reply_code::bad_request);
}

TEST_CASE("content type: none and two are bad requests") {
    CHECK_FALSE(check_content_type({}).has_value());
    auto two = typed("application/json");
    two.add("content-type", "application/json");
    CHECK_FALSE(check_content_type(two).has_value());
}

TEST_CASE("body: what is not JSON is refused with a code, a reason and a place") {
    const auto row = GENERATE(values<body_row>({
        {"", reply_code::bad_request, "the body is refused: invalid_json at byte 0"},
        {R"({"a":1}x)", reply_code::bad_request, "the body is refused: invalid_json at byte 7"},
        {"{\"a\":\"\xff\"}", reply_code::bad_request, "the body is refused: invalid_utf8 at byte 6"
        },
        {R"({"a":1,"a":2})", reply_code::validation_failed,
         "the body is refused: duplicate_key at byte 11"},
    }));
    const auto refused = parse_body(row.text);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == row.code);
    CHECK(refused.error().faults.front().message == row.message);
}

TEST_CASE("body: JSON beyond our limits is a validation failure, too much of it too large") {
    CHECK(parse_body(R"({"a":"\u0000"})").error().code == reply_code::validation_failed);
    CHECK(parse_body(R"({"a":"\ud800"})").error().code == reply_code::validation_failed);
    CHECK(parse_body(R"({"a":1e999})").error().code == reply_code::validation_failed);
    CHECK(parse_body(std::string(64, '[')).error().code == reply_code::validation_failed);
    std::string many = "[";
    for (int i = 0; i < 200'001; ++i) {
        many += "1,";
    }
    many += "1]";
    CHECK(parse_body(many).error().code == reply_code::payload_too_large);
}

TEST_CASE("user: the record is the body, to the byte") {
    const std::string text = R"(  {"external_user_id" : "u1", "traits":{"n":1.10}} )";
    const auto body = parsed(text);
    const auto request = parse_request(route_id::users, body, now);
    REQUIRE(request.has_value());
    REQUIRE(request->records.size() == 1);
    CHECK(request->records.front().kind == wire::ingest_kind::user);
    CHECK(request->records.front().user.text == "u1");
    CHECK(request->records.front().body == R"({"external_user_id" : "u1", "traits":{"n":1.10}})");
}

TEST_CASE("user: a fault names its field") {
    const auto body = parsed(R"({"email":"a@b.c"})");
    const auto request = parse_request(route_id::users, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::validation_failed);
    CHECK(request.error().faults == std::vector<wire::fault>{{"external_user_id", "required"}});
}

TEST_CASE("user: as many traits as a user may hold, and no more") {
    for (const auto [count, accepted] : {std::pair{1'000, true}, {1'001, false}}) {
        std::string text = R"({"external_user_id":"u","traits":{"t0":1)";
        for (int i = 1; i < count; ++i) {
            text += ",\"t" + std::to_string(i) + "\":1";
        }
        const auto body = parsed(text + "}}");
        const auto request = parse_request(route_id::users, body, now);
        REQUIRE(request.has_value() == accepted);
        if (!accepted) {
            CHECK(request.error().code == reply_code::validation_failed);
            CHECK(request.error().faults.front().field == "traits");
        }
    }
}

TEST_CASE("event: a canonical one without a required property is refused by the gateway") {
    const auto body = parsed(R"({"external_user_id":"u","name":"feature_used","properties":{}})");
    const auto request = parse_request(route_id::events, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().faults == std::vector<wire::fault>{{"properties.feature", "required"}});
}

TEST_CASE("event: a property of the wrong type passes the gateway") {
    const auto body = parsed(
        R"({"external_user_id":"u","name":"trial_expiring","properties":{"daysLeft":"soon"}})"
    );
    CHECK(parse_request(route_id::events, body, now).has_value());
}

TEST_CASE("batch: each record is its own slice of the body, in order") {
    const std::string text =
        R"({"events":[{"external_user_id":"a","name":"x"}, {"name":"y","external_user_id":"b"}]})";
    const auto body = parsed(text);
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE(request.has_value());
    REQUIRE(request->records.size() == 2);
    CHECK(request->records[0].body == R"({"external_user_id":"a","name":"x"})");
    CHECK(request->records[1].body == R"({"name":"y","external_user_id":"b"})");
    CHECK(request->records[1].user.text == "b");
    CHECK(request->records[1].kind == wire::ingest_kind::event);
}

TEST_CASE("batch: an envelope that is wrong is named") {
    const auto row = GENERATE(values<envelope_row>({
        {"[]", "", "must be an object"},
        {"{}", "events", "required"},
        {R"({"events":{}})", "events", "must be an array"},
        {R"({"events":[]})", "events", "must hold at least 1 record"},
        {events_of(501), "events", "must hold at most 500 records"},
        {R"({"events":[1]})", "events[0]", "must be an object"},
        {R"({"events":[{}],"historical":"yes"})", "historical", "must be true or false"},
    }));
    const auto body = parsed(row.text);
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::validation_failed);
    CHECK(request.error().faults == std::vector<wire::fault>{{row.field, row.message}});
}

TEST_CASE("batch: five hundred events are taken") {
    const auto body = parsed(events_of(domain::limits::batch_events));
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE(request.has_value());
    CHECK(request->records.size() == domain::limits::batch_events);
}

TEST_CASE("batch: one bad event refuses all, and every bad one is named by its path") {
    const auto body =
        parsed(R"({"events":[{"external_user_id":"a","name":"x"},{"name":"x"},)"
               R"({"external_user_id":"a","name":"x"},{"external_user_id":"","name":"x"}]})");
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE_FALSE(request.has_value());
    REQUIRE(request.error().faults.size() == 2);
    CHECK(request.error().faults[0] == wire::fault{"events[1].external_user_id", "required"});
    CHECK(request.error().faults[1].field == "events[3].external_user_id");
}

TEST_CASE("bulk: a fault of the envelope is a bad request with its field") {
    const auto row = GENERATE(values<envelope_row>({
        {"[]", "", "must be an object"},
        {"{}", "events", "required"},
        {R"({"users":[]})", "events", "required"},
        {R"({"events":null})", "events", "must be an array"},
        {R"({"events":[]})", "events", "must hold at least 1 record"},
        {events_of(1'001), "events", "must hold at most 1000 records"},
        {R"({"events":[{}],"historical":"yes"})", "historical", "must be true or false"},
    }));
    const auto body = parsed(row.text);
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::bad_request);
    CHECK(request.error().faults == std::vector<wire::fault>{{row.field, row.message}});
}

TEST_CASE("bulk: one to a thousand records are taken") {
    const auto count = GENERATE(as<std::size_t>{}, 1, domain::limits::bulk_records);
    const auto body = parsed(events_of(count));
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE(request.has_value());
    CHECK(request->records.size() == count);
    CHECK(request->rejected.empty());
}

TEST_CASE("bulk: a bad record is rejected by itself, with its place and its fault") {
    const auto body =
        parsed(R"({"users":[{"external_user_id":"u"},{"external_user_id":"v","email":"no"},7,)"
               R"({"external_user_id":""},{"external_user_id":"w"}]})");
    const auto request = parse_request(route_id::users_bulk, body, now);
    REQUIRE(request.has_value());
    REQUIRE(request->records.size() == 2);
    CHECK(request->records[0].index == 0);
    CHECK(request->records[1].index == 4);
    CHECK(request->records[1].kind == wire::ingest_kind::user);
    const auto& rejected = request->rejected;
    REQUIRE(rejected.size() == 3);
    CHECK(rejected[0].index == 1);
    CHECK(rejected[0].fault == wire::fault{"email", "Invalid email"});
    CHECK(rejected[1].fault == wire::fault{"", "must be an object"});
    CHECK(rejected[2].fault.message == "external_user_id must be at least 1 character");
}

TEST_CASE("mail: the subject is the message, else the recipient, else nothing") {
    CHECK(mail_subject(parsed(R"({"MessageID":"m","Recipient":"r"})")).value() == "m");
    CHECK(mail_subject(parsed(R"({"MessageID":"","Recipient":"r"})")).value() == "r");
    CHECK(mail_subject(parsed(R"({"MessageID":7,"Email":"e"})")).value() == "e");
    CHECK(mail_subject(parsed("{}")).value().empty());
}

TEST_CASE("mail: a body that is no object is a bad request") {
    const auto refused = mail_subject(parsed("[]"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == reply_code::bad_request);
}
