#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "ingest-gateway/api/plan.hpp"
#include "ingest-gateway/parse/parse_mail.hpp"
#include "vf/base/time_text.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

TEST_CASE("mail subject: the message, else the recipient, else nothing") {
    CHECK(mail_subject(R"({"MessageID":"m","Recipient":"r"})") == "m");
    CHECK(mail_subject("{\"Recipient\":\"r\",\n \"MessageID\" :\r\n\t\"m\"}") == "m");
    CHECK(mail_subject(R"({"MessageID":"","Recipient":"r"})") == "r");
    CHECK(mail_subject(R"({"MessageID":7,"Email":"e"})") == "e");
    CHECK(mail_subject("{}").empty());
    CHECK(mail_subject("").empty());
}

TEST_CASE("mail subject: bytes that are no JSON have one too") {
    CHECK(mail_subject("\xff\xfe \"MessageID\":\"m\" [") == "m");
    // A mail that quotes a notice: its quotes are escaped.
    CHECK(mail_subject(R"({"TextBody":"\"MessageID\":\"x\"","MessageID":"m"})") == "m");
    CHECK(mail_subject(R"({"MessageID":"MessageID"})") == "MessageID");
    CHECK(mail_subject(R"({"a":["MessageID"],"MessageID":"m"})") == "m");
}

TEST_CASE("mail subject: one that is cut, escaped or too long is none") {
    CHECK(mail_subject(R"({"MessageID")").empty());
    CHECK(mail_subject(R"({"MessageID":)").empty());
    CHECK(mail_subject(R"({"MessageID":")").empty());
    CHECK(mail_subject(R"({"MessageID":"m)").empty());
    CHECK(mail_subject(R"({"MessageID":"m\u0041"})").empty());
    const auto of_length = [](std::size_t size) {
        return "{\"MessageID\":\"" + std::string(size, 'm') + "\"}";
    };
    CHECK(mail_subject(of_length(255)).size() == 255);
    CHECK(mail_subject(of_length(256)).size() == 256);
    CHECK(mail_subject(of_length(257)).empty());
}

TEST_CASE("mail subject: only the front is looked through") {
    const std::string member = R"("MessageID":"m")";
    const std::size_t front = 16U << 10U;
    CHECK(mail_subject(std::string(front - member.size(), ' ') + member) == "m");
    CHECK(mail_subject(std::string(front - member.size() + 1, ' ') + member).empty());
}

TEST_CASE("plan mail: what has no subject has no key, and goes anywhere") {
    const domain::project_id project{"prj_a"};
    const auto now = *parse_instant("2024-11-20T12:00:00Z");
    CHECK(plan_mail(project, R"({"MessageID":"m"})", now).key == "prj_a:m");
    CHECK_FALSE(plan_mail(project, "nonsense", now).key.has_value());
}
