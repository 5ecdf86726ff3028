#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "normaliser/mail/match_mail.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser_fixture.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using namespace vf::normaliser;

namespace {

mail_notice notice_of(const std::string& message, const std::string& recipient = "") {
    mail_notice notice;
    notice.project = project;
    notice.id = domain::event_id{"evt_" + message};
    notice.type = "email.opened";
    notice.message_id = message;
    notice.recipient = recipient;
    notice.occurred_at = noon;
    notice.received_at = at_minute(1);
    return notice;
}

// Two users, one of them with a draft that was sent, and a draft of another project.
struct mail_fixture : normaliser_fixture {
    mail_fixture() {
        auto first = user_of(1, "u1");
        first.email = "First@Example.com";
        auto second = user_of(2, "u2");
        second.email = "first@example.com";
        second.effective_at = at_minute(5);
        second.received_at = at_minute(5);
        auto elsewhere = user_of(3, "x");
        elsewhere.who.project = domain::project_id{"prj_2"};
        write({first, second, elsewhere}, {});
        run("INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id, "
            "status,"
            " message_id, created_at)"
            " SELECT 'drf_1', project_id, 'rul_1', 'welcome', user_id, external_user_id, 'sent',"
            "        'm-1', now() FROM users WHERE external_user_id = 'u1';"
            "INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id, "
            "status,"
            " message_id, created_at)"
            " SELECT 'drf_2', project_id, 'rul_2', 'welcome', user_id, external_user_id, 'sent',"
            "        'm-2', now() FROM users WHERE external_user_id = 'x'");
    }

    mail_lookup find(const mail_notice& notice) {
        auto found = support::run_task(events(), store().find_mail({notice}));
        REQUIRE(found.has_value());
        REQUIRE(found->size() == 1);
        return std::move(found->front());
    }

    std::optional<mail_match> notice_found(
        const std::string& message, const std::string& draft = ""
    ) {
        auto notice = notice_of(message);
        if (!draft.empty()) {
            notice.draft = domain::draft_id{draft};
        }
        return match_mail(find(notice).candidates);
    }

    std::vector<stored_mail> settle(
        std::vector<mail_outcome> decided, std::vector<mail_notice> notices
    ) {
        auto standing =
            support::run_task(events(), store().store_mail(std::move(decided), std::move(notices)));
        REQUIRE(standing.has_value());
        return std::move(*standing);
    }
};

}  // namespace

TEST_CASE("mail store: a message finds its draft, in its own project only", "[integration]") {
    mail_fixture fixture;
    const auto found = fixture.find(notice_of("m-1"));
    CHECK_FALSE(found.decided);
    REQUIRE(found.candidates.by_message.has_value());
    CHECK(found.candidates.by_message->id.text == "drf_1");
    CHECK(found.candidates.by_message->user.text == "u1");
    CHECK_FALSE(found.candidates.by_address.has_value());
    CHECK_FALSE(fixture.find(notice_of("m-2")).candidates.by_message.has_value());
}

TEST_CASE("mail store: a draft named by the metadata must be the project's", "[integration]") {
    mail_fixture fixture;
    auto notice = notice_of("m-9");
    notice.draft = domain::draft_id{"drf_1"};
    CHECK(fixture.find(notice).candidates.by_metadata->user.text == "u1");
    notice.draft = domain::draft_id{"drf_2"};
    CHECK_FALSE(fixture.find(notice).candidates.by_metadata.has_value());
}

// The normaliser removes the user first; the draft goes when the evaluator has its turn.
TEST_CASE("mail store: a draft of somebody who was erased finds nobody", "[integration]") {
    mail_fixture fixture;
    const auto before = fixture.notice_found("m-1");
    REQUIRE(before.has_value());
    fixture.run(
        "INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now());"
        "INSERT INTO erasures (id, project_id, person, external_user_id, requested_at, reason)"
        " VALUES ('ers_1', 'prj_1', sha256('prj_1:u1'), 'u1', now(), 'asked')"
    );
    auto erase = [](postgres::transaction& tx) { return normaliser::erase_next(tx); };
    REQUIRE(support::run_task(fixture.events(), fixture.database().transact(erase)).value());
    REQUIRE(fixture.query_text("SELECT count(*)::text FROM drafts WHERE id = 'drf_1'") == "1");
    // What was decided before finds no user to write of, and is decided again:
    const auto notice = notice_of("m-1");
    const auto written = support::run_task(
        fixture.events(), fixture.store().store_mail({{notice, *before, "{}"}}, {notice})
    );
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == "mail_outcome_missing");
    // Nobody's mail now, by message or by metadata.
    CHECK_FALSE(fixture.notice_found("m-1").has_value());
    CHECK_FALSE(fixture.notice_found("m-9", "drf_1").has_value());
    // Who comes under the same external id is somebody else.
    fixture.write({user_of(9, "u1", {}, 60 * 24 * 2)}, {}, at_minute(60 * 24 * 2));
    CHECK_FALSE(fixture.notice_found("m-1").has_value());
}

TEST_CASE("mail store: of two users with one address the one seen last is meant", "[integration]") {
    mail_fixture fixture;
    const auto found = fixture.find(notice_of("m-9", "FIRST@example.com"));
    REQUIRE(found.candidates.by_address.has_value());
    CHECK(found.candidates.by_address->user.text == "u2");
    CHECK_FALSE(
        fixture.find(notice_of("m-9", "nobody@example.com")).candidates.by_address.has_value()
    );
}

TEST_CASE("mail store: what stands first is what is told, whoever asks", "[integration]") {
    mail_fixture fixture;
    const auto notice = notice_of("m-1");
    const auto match = match_mail(fixture.find(notice).candidates);
    REQUIRE(match.has_value());
    const auto body = webhook_body(notice, *match);
    const auto first = fixture.settle({{notice, *match, body}}, {notice});
    REQUIRE(first.size() == 1);
    CHECK(first[0].body == body);
    CHECK(first[0].type == "email.opened");
    CHECK(first[0].user.text == "u1");
    CHECK(first[0].received_at == notice.received_at);

    CHECK(fixture.find(notice).decided);
    auto repeat = notice;
    repeat.received_at = at_minute(30);
    const auto again = fixture.settle({{repeat, *match, "{}"}}, {repeat, notice});
    REQUIRE(again.size() == 2);
    CHECK(again[0].body == body);
    CHECK(again[0].received_at == notice.received_at);
    CHECK(again[1].body == body);
    CHECK(fixture.query_text("SELECT count(*)::text FROM mail_outcomes") == "1");
}

TEST_CASE("mail store: a notice without an outcome cannot be told", "[integration]") {
    mail_fixture fixture;
    const auto standing =
        support::run_task(fixture.events(), fixture.store().store_mail({}, {notice_of("m-9")}));
    REQUIRE_FALSE(standing.has_value());
    CHECK(standing.error().code == "mail_outcome_missing");
}
