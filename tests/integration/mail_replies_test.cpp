// Replies on the real store: whose they are, and what they do.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "mail_fixture.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using namespace vf::normaliser;

namespace {

std::string inbound(
    const std::string& id, const std::string& from, const std::string& text,
    const std::string& more = ""
) {
    return R"({"FromFull":{"Email":")" + from + R"("},"MessageID":")" + id + R"(","TextBody":")" +
           text + "\"" + (more.empty() ? "" : ",") + more + "}";
}

std::string reference(const std::string& message) {
    return R"("Headers":[{"Name":"In-Reply-To","Value":"<)" + message + R"(@mtasv.net>"}])";
}

}  // namespace

TEST_CASE("mail replies: by the signed mailbox, of its own project only", "[integration]") {
    mail_fixture fixture;
    const std::string id = "drf_" + std::string(26, 'b');
    fixture.add_draft(id, "u2", "");
    const auto hash = [&](const std::string& of) {
        return R"("MailboxHash":")" +
               mail::make_mailbox_hash(
                   fixture.keys(), domain::project_id{of}, domain::draft_id{id}
               ) +
               "\"";
    };
    const auto replied =
        inbound("in-1", "Second@example.com", "Please unsubscribe me.", hash("prj_1"));
    CHECK(fixture.postmark(replied) == "email.replied u2 email.unsubscribed u2");
    CHECK(fixture.status("u2") == "unsubscribed out due");
    for (int minute = 2; minute < 12; ++minute) {
        CHECK(fixture.postmark(replied, minute) == "email.replied u2 email.unsubscribed u2");
    }
    CHECK(fixture.count("mail_outcomes") == "2");
    CHECK(
        fixture.postmark(inbound("in-2", "who@example.com", "Hi", hash("prj_2"))) ==
        "unmatched_mail"
    );
}

TEST_CASE("mail replies: by what they refer to", "[integration]") {
    mail_fixture fixture;
    CHECK(
        fixture.postmark(inbound("in-1", "colleague@example.com", "stop", reference("m-1"))) ==
        "email.replied u1"
    );
    CHECK(fixture.status("u1") == "active");
    CHECK(
        fixture.postmark(inbound("in-2", "first@example.com", "Not interested.", reference("m-1"))
        ) == "email.replied u1"
    );
    CHECK(fixture.status("u1") == "paused due");
    CHECK(
        fixture.postmark(inbound("in-3", "who@example.com", "Hi", reference("m-x"))) ==
        "unmatched_mail"
    );
}

TEST_CASE("mail replies: by their sender, within thirty days of a mail", "[integration]") {
    mail_fixture fixture;
    const auto replied = [&](const std::string& id) {
        return fixture.postmark(inbound(id, "second@example.com", "Thanks, that helped."));
    };
    CHECK(replied("in-1") == "unmatched_mail");
    fixture.run(
        "INSERT INTO draft_actions VALUES ('prj_1', 'drf_2', 'sent', 'm-2', " +
        minute_literal(-60 * 24 * 31) + ", 'opr_1', NULL, now())"
    );
    CHECK(replied("in-2") == "unmatched_mail");
    fixture.run("UPDATE draft_actions SET sent_at = " + minute_literal(-60 * 24 * 29));
    CHECK(replied("in-3") == "email.replied u2");
    CHECK(
        fixture.query_text("SELECT draft_id || ' ' || (detail ->> 'matched_by') FROM mail_outcomes"
        ) == "drf_2 sender"
    );
}
