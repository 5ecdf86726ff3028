#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "console/api/authenticate.hpp"
#include "console/api/replies.hpp"

using namespace vf::console;

TEST_CASE("authenticate: the admin token is admin with every role") {
    vf::http::headers headers;
    headers.add("authorization", "Bearer correct-horse-battery");
    const auto who = authenticate(headers, "correct-horse-battery");
    REQUIRE(who);
    CHECK(who->name == "admin");
    CHECK(may(*who, role::view));
    CHECK(may(*who, role::operate));
    CHECK(may(*who, role::administer));
    CHECK_FALSE(may({"someone", role::view}, role::operate));
    CHECK_FALSE(may({"someone", role::operate}, role::administer));
}

TEST_CASE("authenticate: anything else is nobody") {
    const auto value = GENERATE(
        "", "Bearer", "Bearer ", "Bearer correct-horse-batter", "bearer correct-horse-battery",
        "Basic correct-horse-battery", "Bearer correct-horse-battery ", "correct-horse-battery"
    );
    vf::http::headers headers;
    headers.add("Authorization", value);
    CHECK_FALSE(authenticate(headers, "correct-horse-battery"));
}

TEST_CASE("authenticate: a missing or repeated header, or no token at all, is nobody") {
    CHECK_FALSE(authenticate({}, "correct-horse-battery"));
    vf::http::headers twice;
    twice.add("Authorization", "Bearer correct-horse-battery");
    twice.add("Authorization", "Bearer correct-horse-battery");
    CHECK_FALSE(authenticate(twice, "correct-horse-battery"));
    vf::http::headers empty;
    empty.add("Authorization", "Bearer ");
    CHECK_FALSE(authenticate(empty, ""));
}

TEST_CASE("replies: an error of the house becomes a status, its detail stays inside") {
    struct status_case {
        vf::failure kind;
        unsigned status;
        std::string code;
    };

    const auto expected = GENERATE(
        status_case{vf::failure::transient, 503, "unavailable"},
        status_case{vf::failure::stopped, 503, "unavailable"},
        status_case{vf::failure::conflict, 409, "conflict"},
        status_case{vf::failure::data, 422, "validation_failed"},
        status_case{vf::failure::permanent, 500, "server_error"}
    );
    const auto why = refused({expected.kind, "some_code", "password=hunter2"}).error();
    CHECK(why.status == expected.status);
    CHECK(why.code == expected.code);
    const auto response = reply(why);
    CHECK(response.body.find("hunter2") == std::string::npos);
    CHECK((response.headers.find("Retry-After") != nullptr) == (expected.status == 503));
}

TEST_CASE("replies: the envelope of a refusal names the field where there is one") {
    CHECK(
        reply(invalid("name", "required").error()).body ==
        R"({"errors":[{"code":"validation_failed","message":"required","field":"name"}]})"
    );
    CHECK(
        reply(not_found().error()).body ==
        R"({"errors":[{"code":"not_found","message":"there is no such resource"}]})"
    );
}
