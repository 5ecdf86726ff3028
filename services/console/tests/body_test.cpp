#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/api/body.hpp"
#include "console/resources/endpoints.hpp"
#include "console/resources/resend.hpp"

using namespace vf::console;

namespace {

body parsed(std::string text) {
    auto body = body::parse(std::move(text));
    REQUIRE(body);
    return std::move(*body);
}

struct endpoint_case {
    std::string body;
    unsigned status;
    std::string field;
};

}  // namespace

TEST_CASE("body: what is no JSON is 400") {
    const auto text = GENERATE("", "{", "{}x", "{\"a\":1,\"a\":2}", "\xff", "{\"a\":\"\\u0000\"}");
    const auto body = body::parse(text);
    REQUIRE_FALSE(body);
    CHECK(body.error().status == 400);
    CHECK(body.error().code == "bad_request");
}

TEST_CASE("body: JSON that is no object is 422") {
    const auto text = GENERATE("[]", "1", "null", "\"x\"");
    const auto body = body::parse(text);
    REQUIRE_FALSE(body);
    CHECK(body.error().status == 422);
    CHECK(body.error().field.empty());
}

TEST_CASE("body: a required text is there, not empty, and not too long") {
    auto good = parsed(R"({"name":"Ärger"})");
    CHECK(good.text("name", 5) == "Ärger");
    CHECK(good.finish());

    const auto bad = GENERATE(
        R"({})", R"({"name":null})", R"({"name":""})", R"({"name":5})", R"({"name":"Ärgere"})"
    );
    auto refused = parsed(bad);
    (void)refused.text("name", 5);
    const auto end = refused.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().status == 422);
    CHECK(end.error().field == "name");
}

TEST_CASE("body: an unknown field is refused by its name") {
    auto body = parsed(R"({"name":"a","nmae":"b"})");
    CHECK(body.text("name") == "a");
    const auto end = body.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "nmae");
    CHECK(end.error().message == "unknown field");
}

TEST_CASE("body: the first fault is the one told") {
    auto body = parsed("{}");
    (void)body.text("first");
    (void)body.text("second");
    const auto end = body.finish();
    REQUIRE_FALSE(end);
    CHECK(end.error().field == "first");
}

TEST_CASE("body: slices of a short text outlive the move of the body") {
    auto moved = parsed(R"({"a":{}})");
    auto kept = std::move(moved);
    const auto* const value = kept.any("a");
    REQUIRE(value != nullptr);
    CHECK(value->source == "{}");
}

TEST_CASE("endpoint: url and event types are checked, the signature defaults") {
    const auto policy = vf::http::egress_policy::parse("");
    REQUIRE(policy);
    const auto good = parse_endpoint(
        R"({"url":"https://example.com/h","event_types":["email.opened"]})", *policy
    );
    REQUIRE(good);
    CHECK(good->url == "https://example.com/h");
    CHECK(good->event_types == std::vector<std::string>{"email.opened"});
    CHECK(good->signature == "timestamped");

    const auto bad = GENERATE(
        endpoint_case{R"({"event_types":["email.opened"]})", 422, "url"},
        endpoint_case{
            R"({"url":"http://example.com/","event_types":["email.opened"]})", 422, "url"
        },
        endpoint_case{R"({"url":"https://10.0.0.1/","event_types":["email.opened"]})", 422, "url"},
        endpoint_case{R"({"url":"https://127.0.0.1/","event_types":["email.opened"]})", 422, "url"},
        endpoint_case{R"({"url":"https://u:p@x.com/","event_types":["email.opened"]})", 422, "url"},
        endpoint_case{R"({"url":"ftp://x.com/","event_types":["email.opened"]})", 422, "url"},
        endpoint_case{R"({"url":"https://x.com/"})", 422, "event_types"},
        endpoint_case{R"({"url":"https://x.com/","event_types":[]})", 422, "event_types"},
        endpoint_case{R"({"url":"https://x.com/","event_types":[5]})", 422, "event_types[0]"},
        endpoint_case{
            R"({"url":"https://x.com/","event_types":["email.opened","email.open"]})", 422,
            "event_types[1]"
        },
        endpoint_case{
            R"({"url":"https://x.com/","event_types":["email.opened","email.opened"]})", 422,
            "event_types[0]"
        },
        endpoint_case{
            R"({"url":"https://x.com/","event_types":["email.opened"],"signature":"none"})", 422,
            "signature"
        },
        endpoint_case{"nonsense", 400, ""}
    );
    CAPTURE(bad.body);
    const auto refused = parse_endpoint(bad.body, *policy);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().status == bad.status);
    CHECK(refused.error().field == bad.field);
}

TEST_CASE("endpoint: an opened range admits plain http to it") {
    const auto policy = vf::http::egress_policy::parse("127.0.0.0/8");
    REQUIRE(policy);
    CHECK(parse_endpoint(
        R"({"url":"http://127.0.0.1:8000/","event_types":["trigger.fired"],"signature":"body"})",
        *policy
    ));
}

TEST_CASE("resend: a reason is required") {
    CHECK(parse_reason(R"({"reason":"the receiver was down"})") == "the receiver was down");
    const auto none = parse_reason("{}");
    REQUIRE_FALSE(none);
    CHECK(none.error().field == "reason");
}
