#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/user_mail.hpp"

using namespace vf::console;

namespace {

constexpr auto noon = vf::from_microseconds(1'732'104'000'000'000);  // 2024-11-20T12:00:00Z

std::string field_at_fault(std::string_view action, const std::string& text) {
    const auto parsed = parse_user_mail(action, text, noon);
    REQUIRE_FALSE(parsed);
    return parsed.error().field;
}

}  // namespace

TEST_CASE("user mail: a reason is required of every action") {
    for (const std::string_view action : {"unsubscribe", "pause", "resume", "resubscribe"}) {
        CAPTURE(action);
        CHECK(field_at_fault(action, "{}") == "reason");
        CHECK(field_at_fault(action, R"({"reason":""})") == "reason");
        CHECK(field_at_fault(action, R"({"reason":7})") == "reason");
        CHECK(field_at_fault(action, R"({"reason":"r","reasons":"r"})") == "reasons");
        const auto parsed = parse_user_mail(action, R"({"reason":"r"})", noon);
        REQUIRE(parsed);
        CHECK(parsed->action == action);
        CHECK(parsed->reason == "r");
        CHECK_FALSE(parsed->until);
    }
    CHECK(parse_user_mail("pause", "", noon).error().status == 400);
}

TEST_CASE("user mail: a pause ends in the future, and only a pause ends") {
    const auto until = [](const std::string& text) {
        return parse_user_mail("pause", R"({"reason":"r","until":)" + text + "}", noon);
    };
    CHECK(until(R"("2024-11-20T12:00:00.000001Z")")->until == noon + vf::duration{1});
    CHECK(until(R"("2024-11-20T14:00:01+02:00")")->until == noon + std::chrono::seconds{1});
    CHECK_FALSE(until("null")->until);
    for (const std::string text :
         {R"("2024-11-20T12:00:00Z")", R"("2024-11-20T11:59:59Z")", R"("2024-11-20T12:00:01")",
          R"("soon")", R"("")", "7"}) {
        CAPTURE(text);
        const auto refused = until(text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().status == 422);
        CHECK(refused.error().field == "until");
    }
    const std::string with_until = R"({"reason":"r","until":"2024-11-21T12:00:00Z"})";
    for (const std::string_view action : {"unsubscribe", "resume", "resubscribe"}) {
        CHECK(field_at_fault(action, with_until) == "until");
    }
}

TEST_CASE("user mail: the normaliser is told who, what, why and by whom") {
    user_mail_request request{"unsubscribe", "wrote \"no\"", std::nullopt};
    CHECK(
        user_mail_body(request, "u1", "admin", "req_1") ==
        R"({"action":"unsubscribe","external_user_id":"u1","actor":"admin",)"
        R"("reason":"wrote \"no\"","request_id":"req_1"})"
    );
    request = {"pause", "r", noon};
    CHECK(
        user_mail_body(request, "u1", "admin", "req_1") ==
        R"({"action":"pause","external_user_id":"u1","until":"2024-11-20T12:00:00.000000Z",)"
        R"("actor":"admin","reason":"r","request_id":"req_1"})"
    );
}
