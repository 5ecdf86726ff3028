#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>
#include <vector>

#include "ingest-gateway/parse/parse_request.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/canonical.hpp"

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
json::document parsed(const std::string& text) {
    auto value = parse_body(text, {});
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
        {"", "the body is refused: invalid_json at byte 0"},
        {R"({"a":1}x)", "the body is refused: invalid_json at byte 7"},
        {"{\"a\":\"\xff\"}", "the body is refused: invalid_utf8 at byte 6"},
    }));
    const auto refused = parse_request(route_id::events, row.text, now);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == reply_code::bad_request);
    CHECK(refused.error().faults == std::vector<wire::fault>{{"", row.message}});
}

TEST_CASE("body: a value that cannot be kept is refused with its field") {
    const auto [json, field] = GENERATE(values<std::pair<std::string, std::string>>({
        {R"({"traits":{"a":"\u0000"}})", "traits.a"},
        {R"({"traits":{"a":"\ud800"}})", "traits.a"},
        {R"({"traits":{"a\u0000b":1}})", R"(traits.a\u0000b)"},
        {R"({"traits":{"a":1e400}})", "traits.a"},
        {R"({"traits":{"a":[0,{"b":1e-20000}]}})", "traits.a[1].b"},
        {R"({"traits":{"a":0e-20000}})", "traits.a"},
        {R"({"traits":{"a":1e-16383}})", "traits.a"},
        {R"({"traits":{"a":)" + std::string(65, '1') + "}}", "traits.a"},
        {R"({"traits":{"a":1,"a":2}})", "traits.a"},
        {R"({"email":"a@b.c","email":"d@e.f"})", "email"},
        {R"({"other":1e400})", "other"},
    }));
    CAPTURE(json);
    for (const auto route : {route_id::users, route_id::events}) {
        const auto refused = parse_request(route, json, now);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == reply_code::validation_failed);
        REQUIRE(refused.error().faults.size() == 1);
        CHECK(refused.error().faults[0].field == field);
    }
    const auto deep = R"({"traits":)" + std::string(64, '[');
    CHECK(parse_request(route_id::users, deep, now).error().faults[0].field.starts_with("traits[0]")
    );
}

TEST_CASE("body: more values than a record may have are too much") {
    const auto of = [](std::size_t values) {
        // The object, the id, the list and what is in it.
        std::string list = "0";
        for (std::size_t i = 1; i + 3 < values; ++i) {
            list += ",0";
        }
        return R"({"external_user_id":"u","x":[)" + list + "]}";
    };
    CHECK(parse_request(route_id::users, of(domain::limits::record_values), now).has_value());
    const auto refused = parse_request(route_id::users, of(domain::limits::record_values + 1), now);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == reply_code::payload_too_large);
}

TEST_CASE("user: the record is the body, to the byte") {
    const std::string text = R"(  {"external_user_id" : "u1", "traits":{"n":1.10}} )";
    const auto request = parse_request(route_id::users, text, now);
    REQUIRE(request.has_value());
    REQUIRE(request->records.size() == 1);
    CHECK(request->records.front().kind == wire::ingest_kind::user);
    CHECK(request->records.front().user.text == "u1");
    CHECK(request->records.front().body == R"({"external_user_id" : "u1", "traits":{"n":1.10}})");
}

TEST_CASE("user: a fault names its field") {
    const std::string body = R"({"email":"a@b.c"})";
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
        text += "}}";
        const auto request = parse_request(route_id::users, text, now);
        REQUIRE(request.has_value() == accepted);
        if (!accepted) {
            CHECK(request.error().code == reply_code::validation_failed);
            CHECK(request.error().faults.front().field == "traits");
        }
    }
}

TEST_CASE("event: a canonical one without a required property is refused by the gateway") {
    const std::string body = R"({"external_user_id":"u","name":"feature_used","properties":{}})";
    const auto request = parse_request(route_id::events, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().faults == std::vector<wire::fault>{{"properties.feature", "required"}});
}

TEST_CASE("event: a property of the wrong type passes the gateway") {
    const std::string body =
        (R"({"external_user_id":"u","name":"trial_expiring","properties":{"daysLeft":"soon"}})");
    CHECK(parse_request(route_id::events, body, now).has_value());
}

TEST_CASE("batch: each record is its own slice of the body, in order") {
    const std::string text =
        R"({"events":[{"external_user_id":"a","name":"x"}, {"name":"y","external_user_id":"b"}]})";
    const auto request = parse_request(route_id::batch, text, now);
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
    const std::string body = row.text;
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::validation_failed);
    CHECK(request.error().faults == std::vector<wire::fault>{{row.field, row.message}});
}

TEST_CASE("batch: five hundred events are taken") {
    const std::string body = events_of(domain::limits::batch_events);
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE(request.has_value());
    CHECK(request->records.size() == domain::limits::batch_events);
}

TEST_CASE("batch: one bad event refuses all, and every bad one is named by its path") {
    const std::string body =
        R"({"events":[{"external_user_id":"a","name":"x"},{"name":"x"},)"
        R"({"external_user_id":"a","name":"x"},{"external_user_id":"","name":"x"}]})";
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
    const std::string body = row.text;
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::bad_request);
    CHECK(request.error().faults == std::vector<wire::fault>{{row.field, row.message}});
}

TEST_CASE("bulk: one to a thousand records are taken") {
    const auto count = GENERATE(as<std::size_t>{}, 1, domain::limits::bulk_records);
    const std::string body = events_of(count);
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE(request.has_value());
    CHECK(request->records.size() == count);
    CHECK(request->rejected.empty());
}

TEST_CASE("bulk: a bad record is rejected by itself, with its place and its fault") {
    const std::string body =
        R"({"users":[{"external_user_id":"u"},{"external_user_id":"v","email":"no"},7,)"
        R"({"external_user_id":""},{"external_user_id":"w"}]})";
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

TEST_CASE("bulk: a record that cannot be kept is rejected alone, with its place and its field") {
    const std::string good = R"({"external_user_id":"u"},)";
    const std::string bad = GENERATE(
        as<std::string>{}, "1e400", "1e-20000", "0e-20000", R"("\ud800")", R"("\udc00x")",
        R"("\u0000")", R"({"b":1,"b":2})", "\"\xff\"", std::string(64, '[') + std::string(64, ']')
    );
    const auto body = R"({"users":[)" + good + R"({"external_user_id":"v","traits":{"x":)" + bad +
                      "}}," + good + R"({"external_user_id":"w","traits":{"k\u0000":1}}]})";
    CAPTURE(body);
    const auto request = parse_request(route_id::users_bulk, body, now);
    REQUIRE(request.has_value());
    REQUIRE(request->records.size() == 2);
    CHECK(request->records[0].index == 0);
    CHECK(request->records[1].index == 2);
    CHECK(request->records[1].body == R"({"external_user_id":"u"})");
    REQUIRE(request->rejected.size() == 2);
    CHECK(request->rejected[0].index == 1);
    CHECK(request->rejected[0].fault.field.starts_with("traits.x"));
    CHECK_FALSE(request->rejected[0].fault.message.empty());
    CHECK(request->rejected[1].index == 3);
    CHECK(request->rejected[1].fault.field == R"(traits.k\u0000)");
}

TEST_CASE("batch: a record that cannot be kept is named by its path") {
    const std::string body =
        R"({"events":[{"external_user_id":"u","name":"x"},)"
        R"({"external_user_id":"u","name":"x","properties":{"a":{"b":1e-20000}}},)"
        R"({"external_user_id":"u","name":"x\ud800"},{"external_user_id":"u","a":1,"a":2}]})";
    const auto request = parse_request(route_id::batch, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().code == reply_code::validation_failed);
    REQUIRE(request.error().faults.size() == 3);
    CHECK(request.error().faults[0].field == "events[1].properties.a.b");
    CHECK(request.error().faults[1].field == "events[2].name");
    CHECK(request.error().faults[2].field == "events[3].a");
}

TEST_CASE("lists: what is no JSON refuses all of them") {
    const std::string text = GENERATE(
        as<std::string>{}, R"({"events":[{},{]})", R"({"events":[{},})", R"({"events":[{} {}]})",
        R"({"events":[{},]})", R"({"events":[,{}]})", R"({"events":[{}]}x)", R"({"events":[{}])",
        R"({"events":[{"a":"\x"}]})", "{\"events\":[{\"a\":\"\x01\"}]}", R"({"events":[01]})"
    );
    CAPTURE(text);
    for (const auto route : {route_id::batch, route_id::events_bulk}) {
        const auto request = parse_request(route, text, now);
        REQUIRE_FALSE(request.has_value());
        CHECK(request.error().code == reply_code::bad_request);
        CHECK(request.error().faults[0].message.starts_with("the body is refused: invalid_json"));
    }
    const auto place = parse_request(route_id::batch, R"({"events":[{"a":1},{"b":nul}]})", now);
    CHECK(place.error().faults[0].message == "the body is refused: invalid_json at byte 27");
}

TEST_CASE("lists: a name that stands twice beside the records refuses all of them") {
    const std::string body = R"({"events":[{"external_user_id":"u","name":"x"}],"events":[]})";
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().faults[0].field == "events");
}

TEST_CASE("bulk: a thousand records of two hundred properties each are within every limit") {
    std::string bag;
    for (int i = 0; i < 200; ++i) {
        bag += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + "\":" + std::to_string(i);
    }
    std::string body = R"({"events":[)";
    for (std::size_t i = 0; i < domain::limits::bulk_records; ++i) {
        body += (i > 0 ? "," : "") +
                (R"({"external_user_id":"u","name":"x","properties":{)" + bag) + "}}";
    }
    body += "]}";
    REQUIRE(body.size() <= domain::limits::batch_body_bytes);
    const auto request = parse_request(route_id::events_bulk, body, now);
    REQUIRE(request.has_value());
    CHECK(request->records.size() == domain::limits::bulk_records);
    CHECK(request->rejected.empty());
}

TEST_CASE("lists: a body that has no list is not looked through to its end") {
    std::string junk = "0";
    for (std::size_t i = 0; i < domain::limits::record_values; ++i) {
        junk += ",0";
    }
    const auto of = [&](const std::string& name) {
        return parse_request(route_id::batch, R"({")" + name + R"(":[)" + junk + "]}", now).error();
    };
    CHECK(of("event").faults == std::vector<wire::fault>{{"events", "must be an array"}});
    CHECK(
        of("events").faults == std::vector<wire::fault>{{"events", "must hold at most 500 records"}}
    );
}

TEST_CASE("digest: it is of what the body says, of what cannot be read too") {
    const auto digest_of = [](route_id route, const std::string& body) {
        auto request = parse_request(route, body, now, digest::of_body);
        REQUIRE(request.has_value());
        return request->canonical;
    };
    const std::string text =
        R"({"users":[{"external_user_id":"u","traits":{"a":[1.10]}},7],"x":1})";
    CHECK(digest_of(route_id::users_bulk, text) == json::canonical(parsed(text).root()));
    CHECK(
        digest_of(
            route_id::users_bulk, R"({"x":1, "users":[{"traits":{"a":[1.10]},)"
                                  R"("external_user_id":"\u0075"} , 7]})"
        ) == json::canonical(parsed(text).root())
    );
    const std::string single = R"({"external_user_id":"u","x":{"a":[]}})";
    CHECK(digest_of(route_id::users, single) == json::canonical(parsed(single).root()));
    const auto bad = [&](const std::string& number) {
        return digest_of(route_id::users_bulk, R"({"users":[{"a":)" + number + "}]}");
    };
    CHECK(bad("1e400") != bad("1e500"));
    CHECK(parse_request(route_id::users, single, now)->canonical.empty());
}
