#include "normaliser/mail/kinds/inbound.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <variant>
#include <vector>

#include "normaliser/mail/outcome_types.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const domain::draft_id draft{"drf_" + std::string(26, 'a')};
const instant received = *parse_instant("2024-11-20T12:00:00Z");
const mail::link_keys keys =
    *mail::link_keys::parse("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

mail_reading read(const std::string& members) {
    const std::string body = R"({"FromFull":{"Email":"a@b.c","Name":"A"},"MessageID":"in-1")" +
                             (members.empty() ? members : "," + members) + "}";
    return read_mail({project, wire::mail_source::postmark, body, received}, keys);
}

mail_notice notice_of(const std::string& members) {
    const auto reading = read(members);
    REQUIRE(std::holds_alternative<mail_notice>(reading));
    return std::get<mail_notice>(reading);
}

std::string hash() {
    return mail::make_mailbox_hash(keys, project, draft);
}

}  // namespace

TEST_CASE("inbound: it is known by its sender, and is the reply of one") {
    const auto notice = notice_of(R"("TextBody":"Hello\n> quoted","Subject":7,"Headers":"none")");
    CHECK(notice.address == "a@b.c");
    CHECK(notice.message_id == "in-1");
    CHECK(notice.occurred_at == received);
    CHECK(std::get<mail_replied>(notice.fact).text == "Hello\n> quoted");
    CHECK_FALSE(notice.draft.has_value());
}

TEST_CASE("inbound: the hash of the mailbox is found wherever the provider has it") {
    const auto members = GENERATE_COPY(
        as<std::string>{}, R"("MailboxHash":")" + hash() + "\"",
        R"("MailboxHash":"other","ToFull":[{"Email":"x@y"},{"MailboxHash":")" + hash() + "\"}]",
        R"("ToFull":[{"Email":"reply+)" + hash() + R"(@inbound.example.com"}])",
        R"("CcFull":[{"Email":"Reply <reply+)" + hash() + R"(@inbound.example.com>"}])",
        R"("OriginalRecipient":"reply+)" + hash() + R"(@inbound.example.com")"
    );
    CHECK(notice_of(members).draft == draft);
}

TEST_CASE("inbound: a hash that was altered, or is another project's, is none") {
    auto altered = hash();
    altered.back() = altered.back() == 'a' ? 'b' : 'a';
    const auto elsewhere = mail::make_mailbox_hash(keys, domain::project_id{"prj_2"}, draft);
    for (const auto& text : {altered, elsewhere, draft.text, std::string{"."}, std::string{}}) {
        CHECK_FALSE(notice_of(R"("MailboxHash":")" + text + "\"").draft.has_value());
    }
}

TEST_CASE("inbound: the mails it refers to, the last of them first") {
    const auto notice = notice_of(R"("Headers":[{"Name":"references","Value":"<one@x> <two@x>"},)"
                                  R"({"Name":"IN-REPLY-TO","Value":"<three@y>"},{"Name":7},8])");
    CHECK(
        messages_of(notice) ==
        std::vector<std::string>{"three@y", "three", "two@x", "two", "one@x", "one"}
    );
    std::string many;
    for (int i = 0; i < 10'000; ++i) {
        many += "<" + std::to_string(i) + "@x>";
    }
    const auto bounded = notice_of(R"("Headers":[{"Name":"References","Value":")" + many + "\"}]");
    CHECK(messages_of(bounded).size() == 50);
    CHECK(messages_of(bounded).front() == "9999@x");
}

TEST_CASE("inbound: what no person wrote has no tone and changes nothing") {
    const auto members = GENERATE(
        as<std::string>{}, R"("Headers":[{"Name":"Auto-Submitted","Value":"auto-replied"}])",
        R"("Subject":"Automatic reply: hello")", R"("From":"MAILER-DAEMON@example.com")"
    );
    const auto reading = read(members + R"(,"TextBody":"Please unsubscribe me.")");
    REQUIRE(std::holds_alternative<ignored_mail>(reading));
    CHECK(std::get<ignored_mail>(reading).kind == "machine_mail");
}

TEST_CASE("inbound: without a sender or an id of its own it is set aside") {
    const auto [body, field] = GENERATE(table<std::string, std::string>({
        {R"({"FromFull":{},"MessageID":"m"})", "FromFull.Email"},
        {R"({"FromFull":7,"MessageID":"m"})", "FromFull.Email"},
        {R"({"FromFull":{"Email":"a@b.c"}})", "MessageID"},
    }));
    const auto reading = read_mail({project, wire::mail_source::postmark, body, received}, keys);
    REQUIRE(std::holds_alternative<wire::set_aside_reason>(reading));
    CHECK(std::get<wire::set_aside_reason>(reading).field == field);
}
