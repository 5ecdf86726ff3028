#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/resources/endpoints.hpp"
#include "console/tests/fields_of.hpp"

using namespace vf::console;

namespace {

struct endpoint_case {
    std::string body;
    unsigned status;
    std::string field;
};

}  // namespace

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

TEST_CASE("endpoint: a new one is shown with its secret, never again afterwards") {
    CHECK(fields_of(created_endpoint{"ep_1", "whsec_x"}) == field_names{"id", "secret"});
    CHECK(
        fields_of(endpoint_row{}) ==
        field_names{
            "id", "url", "event_types", "signature", "created_at", "paused_until", "disabled_at",
            "disabled_reason"
        }
    );
}
