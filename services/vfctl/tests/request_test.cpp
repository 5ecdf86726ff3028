#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "vfctl/request.hpp"

using namespace vf::vfctl;

namespace {

const command& command_of(std::string_view words) {
    const auto& all = all_commands();
    const auto found =
        std::ranges::find_if(all, [&](const command& one) { return one.words == words; });
    REQUIRE(found != all.end());
    return *found;
}

struct call_case {
    std::string words;
    given_values values;
    std::string method;
    std::string target;
    std::string body;
};

}  // namespace

TEST_CASE("vfctl: a command makes the call the API wants") {
    const auto expected = GENERATE(
        call_case{
            "project create",
            {{"name", {"My \"app\""}}},
            "POST",
            "/v1/projects",
            R"({"name":"My \"app\""})"
        },
        call_case{"project list", {{"limit", {"5"}}}, "GET", "/v1/projects?limit=5", ""},
        call_case{
            "key revoke",
            {{"project", {"prj_1"}}, {"id", {"key_1"}}, {"reason", {"it leaked"}}},
            "DELETE",
            "/v1/projects/prj_1/keys/key_1?reason=it%20leaked",
            ""
        },
        call_case{
            "endpoint create",
            {{"project", {"prj_1"}},
             {"url", {"https://x.com/"}},
             {"event_types", {"email.opened", "email.bounced"}}},
            "POST",
            "/v1/projects/prj_1/endpoints",
            R"({"url":"https://x.com/","event_types":["email.opened","email.bounced"]})"
        },
        call_case{
            "postmark set",
            {{"project", {"prj_1"}}, {"username", {"u"}}, {"password", {"p"}}},
            "PUT",
            "/v1/projects/prj_1/postmark",
            R"({"username":"u","password":"p"})"
        },
        call_case{
            "user show",
            {{"project", {"prj_1"}}, {"user", {"a/b?ü"}}},
            "GET",
            "/v1/projects/prj_1/users/a%2Fb%3F%C3%BC",
            ""
        },
        call_case{
            "event list",
            {{"project", {"prj_1"}}, {"external_user_id", {"u 1"}}, {"cursor", {"abc"}}},
            "GET",
            "/v1/projects/prj_1/events?external_user_id=u%201&cursor=abc",
            ""
        },
        call_case{
            "rule activate",
            {{"project", {"prj_1"}}, {"id", {"rul_1"}}, {"scope", {"future"}}},
            "POST",
            "/v1/projects/prj_1/rules/rul_1/activate",
            R"({"scope":"future"})"
        },
        call_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"90"}}, {"reason", {"r"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":90,"reason":"r"})"
        },
        call_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"unlimited"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":null})"
        },
        call_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"soon"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":"soon"})"
        },
        call_case{
            "user erase",
            {{"project", {"prj_1"}}, {"user", {"a/b"}}, {"reason", {"on request"}}},
            "POST",
            "/v1/projects/prj_1/users/a%2Fb/erase",
            R"({"reason":"on request"})"
        },
        call_case{
            "rule pause",
            {{"project", {"prj_1"}}, {"id", {"rul_1"}}},
            "POST",
            "/v1/projects/prj_1/rules/rul_1/pause",
            "{}"
        },
        call_case{
            "quarantine replay",
            {{"id", {"qtn_1"}}, {"reason", {"fixed"}}, {"body", {R"({"a":1})"}}},
            "POST",
            "/v1/quarantine/items/qtn_1/replay",
            R"({"reason":"fixed","body":"{\"a\":1}"})"
        },
        call_case{"pipeline", {}, "GET", "/v1/pipeline", ""}
    );
    CAPTURE(expected.words);
    const auto api_request = make_request(command_of(expected.words), expected.values);
    CHECK(api_request.method == expected.method);
    CHECK(api_request.target == expected.target);
    CHECK(api_request.body == expected.body);
}

TEST_CASE("vfctl: every part of every path has an argument, and every command its own words") {
    std::set<std::string_view> words;
    for (const command& one : all_commands()) {
        CAPTURE(one.words);
        CHECK(words.insert(one.words).second);
        given_values values;
        for (const argument& argument : one.arguments) {
            CHECK((argument.where != place::path || argument.required));
            values[std::string{argument.name}] = {"x"};
        }
        const auto api_request = make_request(one, values);
        CHECK(api_request.target.find('{') == std::string::npos);
        CHECK(api_request.target.starts_with("/v1/"));
    }
}
