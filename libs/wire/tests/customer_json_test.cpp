#include "vf/wire/customer_json.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>

#include "vf/base/time_text.hpp"
#include "vf/domain/limits.hpp"
#include "vf/json/parse.hpp"

using namespace vf;
using namespace vf::wire;

namespace {

const instant now = *parse_instant("2024-11-20T12:00:00Z");

struct fault_row {
    std::string text;
    std::string field;
    std::string message;
};

parsed<domain::track> track(const std::string& text, strictness how = strictness::whole) {
    const auto value = json::parse(text);
    REQUIRE(value.has_value());
    return parse_track(value->root(), now, how);
}

parsed<domain::identify> identify(const std::string& text) {
    const auto value = json::parse(text);
    REQUIRE(value.has_value());
    return parse_identify(value->root(), now);
}

std::string characters(std::size_t count) {
    return std::string(count, 'x');
}

std::string event_with(const std::string& name, const std::string& properties) {
    return R"({"external_user_id":"u","name":")" + name + R"(","properties":)" + properties + "}";
}

// {"k":"xxx…"} of exactly that many bytes.
std::string object_of(std::size_t bytes) {
    return R"({"k":")" + characters(bytes - 8) + R"("})";
}

std::string nested(std::size_t depth) {
    std::string text = "1";
    for (std::size_t i = 0; i < depth; ++i) {
        text = R"({"a":)" + text + "}";
    }
    return text;
}

}  // namespace

TEST_CASE("customer json: an event keeps its properties to the byte") {
    const auto event = track(
        R"({"external_user_id":"u1","name":"feature_used","properties":{ "feature" : "x", "n":1.10 },)"
        R"("timestamp":"2024-11-20T10:00:00+02:00"})"
    );
    REQUIRE(event.has_value());
    CHECK(event->user.text == "u1");
    CHECK(event->name == "feature_used");
    CHECK(event->properties == R"({ "feature" : "x", "n":1.10 })");
    CHECK(event->timestamp == parse_instant("2024-11-20T08:00:00Z").value());
}

TEST_CASE("customer json: properties and timestamp may be missing or null") {
    const auto event =
        track(R"({"external_user_id":"u1","name":"n","properties":null,"timestamp":null})");
    REQUIRE(event.has_value());
    CHECK(event->properties == "{}");
    CHECK_FALSE(event->timestamp.has_value());
}

TEST_CASE("customer json: what is wrong with an event is told with its field") {
    const auto row = GENERATE(values<fault_row>({
        {R"([])", "", "must be an object"},
        {R"({})", "external_user_id", "required"},
        {R"({"external_user_id":7,"name":"n"})", "external_user_id", "must be a string"},
        {R"({"external_user_id":"","name":"n"})", "external_user_id",
         "external_user_id must be at least 1 character"},
        {R"({"external_user_id":"u"})", "name", "required"},
        {R"({"external_user_id":"u","name":""})", "name", "name must be at least 1 character"},
        {R"({"external_user_id":"u","name":[]})", "name", "must be a string"},
        {R"({"external_user_id":"u","name":"$x"})", "name",
         "is reserved: names must not start with $, vf_, vibefollow_ or email."},
        {R"({"external_user_id":"u","name":"n","properties":[]})", "properties", "must be an object"
        },
        {R"({"external_user_id":"u","name":"n","timestamp":5})", "timestamp",
         "must be an ISO 8601 string"},
        {R"({"external_user_id":"u","name":"n","timestamp":"soon"})", "timestamp",
         "Invalid timestamp"},
        {R"({"external_user_id":"u","name":"n","timestamp":"2024-11-20T10:00:00"})", "timestamp",
         "Invalid timestamp"},
        {R"({"external_user_id":"u","name":"feature_used"})", "properties.feature", "required"},
        {R"({"external_user_id":"[object Object]","name":"n"})", "external_user_id",
         "external_user_id must name a user"},
        {R"({"external_user_id":"  ","name":"n"})", "external_user_id",
         "external_user_id must name a user"},
        {R"({"external_user_id":"u","name":"n","timestamp":"2024-11-20"})", "timestamp",
         "Invalid timestamp"},
        {R"({"external_user_id":"u","name":"n","timestamp":"2024-02-30T10:00Z"})", "timestamp",
         "Invalid timestamp"},
        {R"({"external_user_id":"u","name":"subscription_cancelled","properties":{"effectiveAt":"soon"}})",
         "properties.effectiveAt", "must be an ISO 8601 time or date"},
        {R"({"external_user_id":"u","name":"subscription_cancelled","properties":{"effective_at":7}})",
         "properties.effectiveAt", "must be an ISO 8601 time or date"},
        {R"({"external_user_id":"u","name":"subscription_cancelled","properties":{"effectiveAt":"2024-02-30"}})",
         "properties.effectiveAt", "must be an ISO 8601 time or date"},
        {R"({"external_user_id":"u","name":"trial_expiring","properties":{"daysLeft":3,"days_left":null}})",
         "properties.daysLeft", "required"},
        {R"({"external_user_id":"u","name":"feature_used","properties":{"feature":null}})",
         "properties.feature", "required"},
        {R"({"external_user_id":"u","name":"trial_expiring","properties":{"daysLeft":"soon"}})",
         "properties.daysLeft", "must be a number"},
        {R"({"external_user_id":"u","name":"onboarding_step","properties":{"step":"a","completed":1}})",
         "properties.completed", "must be true or false"},
    }));
    CAPTURE(row.text);
    const auto event = track(row.text);
    REQUIRE_FALSE(event.has_value());
    CHECK(event.error() == fault{row.field, row.message});
}

TEST_CASE("customer json: the door leaves types of canonical properties to the normaliser") {
    const auto text = event_with("trial_expiring", R"({"daysLeft":"soon"})");
    CHECK(track(text, strictness::door).has_value());
    CHECK_FALSE(track(text, strictness::whole).has_value());
}

TEST_CASE("customer json: a canonical property counts in either spelling") {
    CHECK(track(event_with("trial_expiring", R"({"days_left":3})")).has_value());
    CHECK(track(event_with("trial_expiring", R"({"daysLeft":3})")).has_value());
}

TEST_CASE("customer json: an end of access may be a day, or a time as tools print it") {
    const auto* text = GENERATE(
        R"("2024-12-01")", R"("2024-12-01T09:30Z")", R"("2024-12-01 09:30:00+00")",
        R"("2024-12-01t09:30:00.123456789z")", "null"
    );
    const auto properties = R"({"effectiveAt":)" + std::string{text} + "}";
    CHECK(track(event_with("subscription_cancelled", properties)).has_value());
}

TEST_CASE("customer json: a fault of the parser is told in words, each with its field") {
    const auto refusal_of = [](const std::string& text) {
        const auto parsed = json::parse_located(text, record_limits);
        REQUIRE_FALSE(parsed.has_value());
        return fault_of(parsed.error());
    };
    CHECK(refusal_of(R"({"traits":{"a":1e-20000}})").field == "traits.a");
    CHECK(refusal_of(R"({"traits":{"a":1e-20000}})").message.contains("exponent of at most 324"));
    CHECK(refusal_of(R"({"a":"\u0000"})") == fault{"a", "must not hold a NUL character"});
    CHECK(refusal_of(R"({"a":"\ud800"})") == fault{"a", "must not hold half of a surrogate pair"});
    CHECK(refusal_of(R"({"a":1,"a":1})") == fault{"a", "must not stand twice"});
    CHECK(refusal_of("{\"a\":\"\xff\"}") == fault{"a", "must be UTF-8"});
    CHECK(refusal_of(std::string(33, '[')).message == "is nested too deep");
    CHECK(refusal_of("{").message == "is not JSON");
    std::string many = "[0";
    for (std::size_t i = 1; i < domain::limits::record_values; ++i) {
        many += ",0";
    }
    CHECK(refusal_of(many + "]").message == "holds too many values");
}

TEST_CASE("customer json: limits hold at n and not at n + 1") {
    namespace limits = domain::limits;
    const auto user = [](std::size_t n) {
        return R"({"name":"n","external_user_id":")" + characters(n) + R"("})";
    };
    CHECK(track(user(limits::external_user_id_characters)).has_value());
    CHECK_FALSE(track(user(limits::external_user_id_characters + 1)).has_value());

    CHECK(track(event_with(characters(limits::event_name_characters), "{}")).has_value());
    CHECK_FALSE(track(event_with(characters(limits::event_name_characters + 1), "{}")).has_value());

    CHECK(track(event_with("n", object_of(limits::properties_bytes))).has_value());
    CHECK_FALSE(track(event_with("n", object_of(limits::properties_bytes + 1))).has_value());

    CHECK(track(event_with("n", nested(limits::properties_depth))).has_value());
    CHECK_FALSE(track(event_with("n", nested(limits::properties_depth + 1))).has_value());

    const auto timed = [](const std::string& timestamp) {
        return R"({"external_user_id":"u","name":"n","timestamp":")" + timestamp + R"("})";
    };
    CHECK(track(timed("2024-11-21T12:00:00Z")).has_value());
    CHECK_FALSE(track(timed("2024-11-21T12:00:00.000001Z")).has_value());
}

TEST_CASE("customer json: characters are counted, not bytes") {
    std::string text;
    for (std::size_t i = 0; i < domain::limits::external_user_id_characters; ++i) {
        text += "é";
    }
    CHECK(track(R"({"name":"n","external_user_id":")" + text + R"("})").has_value());
}

TEST_CASE("customer json: identify lifts the e-mail out of the traits") {
    const auto change = identify(
        R"({"external_user_id":"u","traits":{"email":"a@b.c","plan":"pro","seats":5,"x":null}})"
    );
    REQUIRE(change.has_value());
    CHECK(change->email == "a@b.c");
    const std::vector<domain::trait> expected{{"plan", R"("pro")"}, {"seats", "5"}, {"x", "null"}};
    CHECK(change->traits == expected);
}

TEST_CASE("customer json: a top-level e-mail wins over the trait") {
    const auto change =
        identify(R"({"external_user_id":"u","email":"top@b.c","traits":{"email":"low@b.c"}})");
    REQUIRE(change.has_value());
    CHECK(change->email == "top@b.c");
}

TEST_CASE("customer json: what is wrong with a user is told with its field") {
    const auto row = GENERATE(values<fault_row>({
        {R"({"email":"a@b.c"})", "external_user_id", "required"},
        {R"({"external_user_id":"u","email":5})", "email", "must be a string"},
        {R"({"external_user_id":"u","email":"a"})", "email", "Invalid email"},
        {R"({"external_user_id":"u","email":"a@"})", "email", "Invalid email"},
        {R"({"external_user_id":"u","email":"a b@c"})", "email", "Invalid email"},
        {R"({"external_user_id":"u","email":"a@b@c"})", "email", "Invalid email"},
        {R"({"external_user_id":"u","traits":{"email":"no"}})", "traits.email", "Invalid email"},
        {R"({"external_user_id":"u","traits":"x"})", "traits", "must be an object"},
        {R"({"external_user_id":"u","email":"x,victim@example.com"})", "email", "Invalid email"},
        {R"({"external_user_id":"u","traits":{"email":"a;b@c.d"}})", "traits.email", "Invalid email"
        },
        {R"({"external_user_id":" Undefined\n"})", "external_user_id",
         "external_user_id must name a user"},
    }));
    CAPTURE(row.text);
    const auto change = identify(row.text);
    REQUIRE_FALSE(change.has_value());
    CHECK(change.error() == fault{row.field, row.message});
}
