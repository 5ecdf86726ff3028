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

struct request_case {
    std::string words;
    argument_values values;
    std::string method;
    std::string target;
    std::string body;
};

}  // namespace

TEST_CASE("vfctl: a command makes the request of its row") {
    const auto expected = GENERATE(
        request_case{
            "project create",
            {{"name", {"My \"app\""}}},
            "POST",
            "/v1/projects",
            R"({"name":"My \"app\""})"
        },
        request_case{"project list", {{"limit", {"5"}}}, "GET", "/v1/projects?limit=5", ""},
        request_case{
            "key revoke",
            {{"project", {"prj_1"}}, {"id", {"key_1"}}, {"reason", {"it leaked"}}},
            "DELETE",
            "/v1/projects/prj_1/keys/key_1?reason=it%20leaked",
            ""
        },
        request_case{
            "endpoint create",
            {{"project", {"prj_1"}},
             {"url", {"https://x.com/"}},
             {"event_types", {"email.opened", "email.bounced"}}},
            "POST",
            "/v1/projects/prj_1/endpoints",
            R"({"url":"https://x.com/","event_types":["email.opened","email.bounced"]})"
        },
        request_case{
            "postmark set",
            {{"project", {"prj_1"}}, {"username", {"u"}}, {"password", {"p"}}},
            "PUT",
            "/v1/projects/prj_1/postmark",
            R"({"username":"u","password":"p"})"
        },
        request_case{
            "user show",
            {{"project", {"prj_1"}}, {"user", {"a/b?ü"}}},
            "GET",
            "/v1/projects/prj_1/users/a%2Fb%3F%C3%BC",
            ""
        },
        request_case{
            "event list",
            {{"project", {"prj_1"}}, {"external_user_id", {"u 1"}}, {"cursor", {"abc"}}},
            "GET",
            "/v1/projects/prj_1/events?external_user_id=u%201&cursor=abc",
            ""
        },
        request_case{
            "rule activate",
            {{"project", {"prj_1"}}, {"id", {"rul_1"}}, {"scope", {"future"}}},
            "POST",
            "/v1/projects/prj_1/rules/rul_1/activate",
            R"({"scope":"future"})"
        },
        request_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"90"}}, {"reason", {"r"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":90,"reason":"r"})"
        },
        request_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"unlimited"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":null})"
        },
        request_case{
            "project retention",
            {{"project", {"prj_1"}}, {"retention_days", {"soon"}}},
            "PATCH",
            "/v1/projects/prj_1",
            R"({"retention_days":"soon"})"
        },
        request_case{
            "user erase",
            {{"project", {"prj_1"}}, {"user", {"a/b"}}, {"reason", {"on request"}}},
            "POST",
            "/v1/projects/prj_1/users/a%2Fb/erase",
            R"({"reason":"on request"})"
        },
        request_case{
            "user pause",
            {{"project", {"prj_1"}},
             {"user", {"u1"}},
             {"reason", {"on leave"}},
             {"until", {"2024-11-20T12:00:00Z"}}},
            "POST",
            "/v1/projects/prj_1/users/u1/pause",
            R"({"reason":"on leave","until":"2024-11-20T12:00:00Z"})"
        },
        request_case{
            "user resubscribe",
            {{"project", {"prj_1"}}, {"user", {"u1"}}, {"reason", {"by phone"}}},
            "POST",
            "/v1/projects/prj_1/users/u1/resubscribe",
            R"({"reason":"by phone"})"
        },
        request_case{
            "draft approve",
            {{"project", {"prj_1"}}, {"id", {"drf_1"}}},
            "POST",
            "/v1/projects/prj_1/drafts/drf_1/approve",
            "{}"
        },
        request_case{
            "draft sent",
            {{"project", {"prj_1"}}, {"id", {"drf_1"}}, {"message_id", {"m-1"}}},
            "POST",
            "/v1/projects/prj_1/drafts/drf_1/sent",
            R"({"message_id":"m-1"})"
        },
        request_case{
            "rule pause",
            {{"project", {"prj_1"}}, {"id", {"rul_1"}}},
            "POST",
            "/v1/projects/prj_1/rules/rul_1/pause",
            "{}"
        },
        request_case{
            "quarantine replay",
            {{"id", {"qtn_1"}}, {"reason", {"fixed"}}, {"body", {R"({"a":1})"}}},
            "POST",
            "/v1/quarantine/items/qtn_1/replay",
            R"({"reason":"fixed","body":"{\"a\":1}"})"
        },
        request_case{"pipeline", {}, "GET", "/v1/pipeline", ""}
    );
    CAPTURE(expected.words);
    const auto request = make_request(command_of(expected.words), expected.values);
    CHECK(request.method == expected.method);
    CHECK(request.target == expected.target);
    CHECK(request.body == expected.body);
}

TEST_CASE("vfctl: every part of every path has an argument, and every command its own words") {
    std::set<std::string_view> words;
    for (const command& one : all_commands()) {
        CAPTURE(one.words);
        CHECK(words.insert(one.words).second);
        argument_values values;
        for (const argument& argument : one.arguments) {
            CHECK((argument.where != place::path || argument.required));
            values[std::string{argument.name}] = {"x"};
        }
        const auto request = make_request(one, values);
        CHECK(request.target.find('{') == std::string::npos);
        CHECK(request.target.starts_with("/v1/"));
    }
}
