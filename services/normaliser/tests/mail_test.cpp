#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>

#include "normaliser/mail/plan_mail.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const instant received = *parse_instant("2024-11-20T12:00:00.5Z");

wire::mail_event mail_of(const std::string& body) {
    return {project, wire::mail_source::postmark, body, received};
}

std::string open_body(const std::string& received_at = "2024-11-20T10:33:54.9070259Z") {
    return R"({"RecordType":"Open","MessageID":"m-1","Recipient":"a@b.c","ReceivedAt":")" +
           received_at + R"(","Metadata":{"draftId":"drf_42"},"Geo":{}})";
}

mail_notice notice_of(const std::string& body) {
    const auto reading = read_mail(mail_of(body));
    REQUIRE(std::holds_alternative<mail_notice>(reading));
    return std::get<mail_notice>(reading);
}

const draft_row draft_by_message{domain::draft_id{"drf_m"}, 1, domain::external_user_id{"u1"}};
const draft_row draft_by_metadata{domain::draft_id{"drf_d"}, 2, domain::external_user_id{"u2"}};
const user_row user_by_address{3, domain::external_user_id{"u3"}};

struct refused_row {
    std::string body;
    std::string code;
    std::string field;
};

}  // namespace

TEST_CASE("read mail: an open is read with its hint and its own time") {
    const auto notice = notice_of(open_body());
    CHECK(notice.project == project);
    CHECK(notice.type == "email.opened");
    CHECK(notice.message_id == "m-1");
    CHECK(notice.recipient == "a@b.c");
    CHECK(notice.draft == domain::draft_id{"drf_42"});
    CHECK(notice.occurred_at == *parse_instant("2024-11-20T10:33:54.907025Z"));
    CHECK(notice.received_at == received);
    CHECK(domain::is_well_formed(notice.id.text, domain::prefix::event));
}

TEST_CASE("read mail: a repeat has the same id, anything else another") {
    const auto id = notice_of(open_body()).id;
    CHECK(notice_of(open_body()).id == id);
    CHECK(notice_of(open_body("2024-11-20T10:33:55Z")).id != id);
    const auto click =
        notice_of(R"({"RecordType":"Click","MessageID":"m-1","Recipient":"a@b.c",)"
                  R"("ReceivedAt":"2024-11-20T10:33:54.9070259Z","OriginalLink":"https://x"})");
    CHECK(click.id != id);
    CHECK(click.type == "email.clicked");
    CHECK(click.data.front() == webhook_field{"url", "https://x"});
}

TEST_CASE("read mail: a field that is not needed may be missing") {
    const auto notice = notice_of(R"({"RecordType":"Open","MessageID":"m","Metadata":7})");
    CHECK(notice.occurred_at == received);
    CHECK(notice.recipient.empty());
    CHECK_FALSE(notice.draft.has_value());
}

TEST_CASE("mail kinds: each is found by its record type, and nothing else is") {
    REQUIRE(find_mail_kind("Open") != nullptr);
    CHECK(find_mail_kind("Open")->webhook_type == "email.opened");
    REQUIRE(find_mail_kind("Click") != nullptr);
    CHECK(find_mail_kind("Click")->webhook_type == "email.clicked");
    CHECK(find_mail_kind("Delivery") == nullptr);
    CHECK(find_mail_kind("") == nullptr);
    CHECK(is_ignored_mail("Delivery"));
    CHECK_FALSE(is_ignored_mail("Open"));
}

TEST_CASE("read mail: a delivery is expected and changes nothing") {
    const auto reading = read_mail(mail_of(R"({"RecordType":"Delivery","MessageID":"m"})"));
    REQUIRE(std::holds_alternative<ignored_mail>(reading));
    CHECK(std::get<ignored_mail>(reading).kind == "Delivery");
}

TEST_CASE("read mail: what cannot be used has a code and a field") {
    const auto row = GENERATE(values<refused_row>({
        {"{", "invalid_body", ""},
        {R"({"RecordType":"Open"})", "invalid_body", "MessageID"},
        {R"({"RecordType":"Open","MessageID":"m","ReceivedAt":"soon"})", "invalid_body",
         "ReceivedAt"},
        {R"({"RecordType":"Bounce","MessageID":"m"})", "unknown_mail_kind", "RecordType"},
        {R"({"FromFull":{}})", "unknown_mail_kind", "RecordType"},
    }));
    const auto reading = read_mail(mail_of(row.body));
    REQUIRE(std::holds_alternative<wire::set_aside_reason>(reading));
    const auto& why = std::get<wire::set_aside_reason>(reading);
    CHECK(why.code == row.code);
    CHECK(why.field == row.field);
}

TEST_CASE("match mail: the message is trusted before the metadata, and that before the address") {
    mail_candidates found{draft_by_message, draft_by_metadata, user_by_address};
    auto match = match_mail(found);
    REQUIRE(match.has_value());
    CHECK(match->draft == draft_by_message.id);
    CHECK(match->whose.user_id == 1);

    found.by_message.reset();
    match = match_mail(found);
    CHECK(match->draft == draft_by_metadata.id);
    CHECK(match->whose.user == draft_by_metadata.user);

    found.by_metadata.reset();
    match = match_mail(found);
    CHECK_FALSE(match->draft.has_value());
    CHECK(match->whose.user_id == 3);

    found.by_address.reset();
    CHECK_FALSE(match_mail(found).has_value());
}

TEST_CASE("webhook body: an open as documented") {
    const auto notice = notice_of(open_body());
    const mail_match match{{1, domain::external_user_id{"u\"1"}}, domain::draft_id{"drf_42"}};
    CHECK(
        webhook_body(notice, match) ==
        R"({"type":"email.opened","id":")" + notice.id.text +
            R"(","created":1732104000,"data":{"draftId":"drf_42","projectId":"prj_1",)"
            R"("externalUserId":"u\"1","messageId":"m-1",)"
            R"("openedAt":"2024-11-20T10:33:54.907Z"}})"
    );
}

TEST_CASE("webhook body: a click has its link, an unknown draft is left out") {
    const auto notice =
        notice_of(R"({"RecordType":"Click","MessageID":"m-1","OriginalLink":"https://x"})");
    const mail_match match{{3, domain::external_user_id{"u3"}}, std::nullopt};
    CHECK(
        webhook_body(notice, match) ==
        R"({"type":"email.clicked","id":")" + notice.id.text +
            R"(","created":1732104000,"data":{"projectId":"prj_1","externalUserId":"u3",)"
            R"("messageId":"m-1","url":"https://x","clickedAt":"2024-11-20T12:00:00.500Z"}})"
    );
}

TEST_CASE("mail batch: each record goes one of four ways") {
    // The record at 1 could not be decoded.
    const consumer::batch<wire::mail_event> messages{
        {0, mail_of(open_body())},
        {2, mail_of(R"({"RecordType":"Delivery"})")},
        {3, mail_of(R"({"RecordType":"Bounce"})")},
        {4, mail_of(open_body("2024-11-20T10:00:00Z"))},
        {5, mail_of(open_body("2024-11-20T11:00:00Z"))},
    };
    const auto read = read_mail_batch(messages);
    CHECK(read.indices == std::vector<std::size_t>{0, 4, 5});
    CHECK(read.ignored == 1);
    REQUIRE(read.set_aside.size() == 1);
    CHECK(read.set_aside[0].index == 3);

    const mail_candidates nobody;
    const mail_candidates somebody{draft_by_message, {}, {}};
    const auto decided =
        decide_mail_batch(read, {{true, nobody}, {false, somebody}, {false, nobody}});
    REQUIRE(decided.outcomes.size() == 1);
    CHECK(decided.outcomes[0].notice.id == read.notices[1].id);
    CHECK(decided.outcomes[0].body == webhook_body(read.notices[1], *match_mail(somebody)));
    REQUIRE(decided.to_announce.size() == 2);
    CHECK(decided.to_announce[0].id == read.notices[0].id);
    REQUIRE(decided.set_aside.size() == 1);
    CHECK(decided.set_aside[0].index == 5);
    CHECK(decided.set_aside[0].reason.code == domain::reason::unmatched_mail);
}
