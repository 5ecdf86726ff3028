#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>
#include <variant>

#include "normaliser/mail/match_mail.hpp"
#include "normaliser/mail/read_mail.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const mail::link_keys keys =
    *mail::link_keys::parse("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
const instant received = *parse_instant("2024-11-20T12:00:00.5Z");

wire::mail_event mail_of(
    const std::string& body, wire::mail_source source = wire::mail_source::postmark
) {
    return {project, source, body, received};
}

std::string open_body(const std::string& received_at = "2024-11-20T10:33:54.9070259Z") {
    return R"({"RecordType":"Open","MessageID":"m-1","Recipient":"a@b.c","ReceivedAt":")" +
           received_at + R"(","Metadata":{"draftId":"drf_42"},"Geo":{}})";
}

mail_notice notice_of(
    const std::string& body, wire::mail_source source = wire::mail_source::postmark
) {
    const auto reading = read_mail(mail_of(body, source), keys);
    REQUIRE(std::holds_alternative<mail_notice>(reading));
    return std::get<mail_notice>(reading);
}

std::string id_of(const std::string& body) {
    return outcome_id(notice_of(body), "email.x").text;
}

struct refused_row {
    std::string body;
    std::string code;
    std::string field;
};

const draft_row draft_by_message{domain::draft_id{"drf_m"}, {1, domain::external_user_id{"u1"}}};
const draft_row draft_by_id{domain::draft_id{"drf_d"}, {2, domain::external_user_id{"u2"}}};
const user_row third{3, domain::external_user_id{"u3"}};

}  // namespace

TEST_CASE("read mail: an open is read with its hint and its own time") {
    const auto notice = notice_of(open_body());
    CHECK(notice.project == project);
    CHECK(std::holds_alternative<mail_opened>(notice.fact));
    CHECK(notice.message_id == "m-1");
    CHECK(notice.address == "a@b.c");
    CHECK(notice.draft == domain::draft_id{"drf_42"});
    CHECK(notice.occurred_at == *parse_instant("2024-11-20T10:33:54.907025Z"));
    CHECK(notice.received_at == received);
    CHECK(domain::is_well_formed(id_of(open_body()), domain::prefix::event));
}

TEST_CASE("read mail: a time is one however it is written") {
    const auto id = id_of(open_body("2024-11-20T10:33:54.2Z"));
    CHECK(id_of(open_body("2024-11-20T10:33:54.2000000Z")) == id);
    CHECK(id_of(open_body("2024-11-20T12:33:54.2+02:00")) == id);
    CHECK(id_of(open_body("2024-11-20T10:33:54.3Z")) != id);
    // What else is corrected changes nothing.
    CHECK(
        id_of(R"({"RecordType":"Open","MessageID":"m-1","Recipient":"A@b.C",)"
              R"("ReceivedAt":"2024-11-20T10:33:54.2Z"})") == id
    );
}

TEST_CASE("read mail: notices that say something else are others") {
    const std::string rest = R"("MessageID":"m-1","ReceivedAt":"2024-11-20T10:00:00Z")";
    const std::set<std::string> ids{
        id_of(R"({"RecordType":"Open",)" + rest + "}"),
        id_of(R"({"RecordType":"Click",)" + rest + "}"),
        id_of(R"({"RecordType":"Click","OriginalLink":"https://x",)" + rest + "}"),
        id_of(R"({"RecordType":"Open","Recipient":"a@b.c",)" + rest + "}"),
        id_of(R"({"RecordType":"Bounce","ID":9007199254740993,"Type":"HardBounce",)" + rest + "}"),
        id_of(R"({"RecordType":"Bounce","ID":9007199254740992,"Type":"HardBounce",)" + rest + "}"),
        id_of(R"({"RecordType":"Bounce","Type":"HardBounce",)" + rest + "}"),
        id_of(R"({"RecordType":"Bounce","Type":"SoftBounce",)" + rest + "}"),
    };
    CHECK(ids.size() == 8);
    CHECK(
        id_of(
            R"({"RecordType":"Bounce","ID":7,"BouncedAt":"2024-11-20T10:00:00Z",)" + rest + "}"
        ) == id_of(R"({"RecordType":"Bounce","ID":"7",)" + rest + "}")
    );
}

TEST_CASE("read mail: what is not needed may be missing or anything") {
    const auto notice = notice_of(
        R"({"RecordType":"Open","MessageID":"m","Metadata":7,"Recipient":[],"ReceivedAt":5,)"
        R"("ReadSeconds":1e999,"UserAgent":"half \ud83d and \u0000","Tag":"x","Tag":{}})"
    );
    CHECK(notice.occurred_at == received);
    CHECK(notice.address.empty());
    CHECK_FALSE(notice.draft.has_value());
    const auto click = notice_of(
        "{\"RecordType\":\"Click\",\"MessageID\":\"m\",\"OriginalLink\":\"https://caf\xE9/"
        "\\u0000\"}"
    );
    CHECK(is_utf8(std::get<mail_clicked>(click.fact).url));
    CHECK_FALSE(std::get<mail_clicked>(click.fact).url.contains('\0'));
    // The first of two members counts.
    CHECK(notice_of(R"({"RecordType":"Open","MessageID":"m","MessageID":"n"})").message_id == "m");
}

TEST_CASE("read mail: what cannot be used has a code and a field") {
    const auto row = GENERATE(values<refused_row>({
        {"{", "invalid_body", ""},
        {"", "invalid_body", ""},
        {R"({"RecordType":"Open","MessageID":"m"} x)", "invalid_body", ""},
        {R"({"RecordType":"Open"})", "invalid_body", "MessageID"},
        {R"({"RecordType":"Open","MessageID":7})", "invalid_body", "MessageID"},
        {R"({"RecordType":"Open","MessageID":"m","ReceivedAt":"soon"})", "invalid_body",
         "ReceivedAt"},
        {R"({"RecordType":"SubscriptionChange","Recipient":"a@b.c","SuppressSending":"yes"})",
         "invalid_body", "SuppressSending"},
        {R"({"RecordType":"SubscriptionChange","SuppressSending":true})", "invalid_body",
         "Recipient"},
        {R"({"RecordType":"Letter","MessageID":"m"})", "unknown_mail_kind", "RecordType"},
        {R"({})", "unknown_mail_kind", "RecordType"},
        {R"([])", "unknown_mail_kind", "RecordType"},
    }));
    const auto reading = read_mail(mail_of(row.body), keys);
    REQUIRE(std::holds_alternative<wire::set_aside_reason>(reading));
    const auto& why = std::get<wire::set_aside_reason>(reading);
    CHECK(why.code == row.code);
    CHECK(why.field == row.field);
}

TEST_CASE("read mail: a click of ours and a decision at the console") {
    const auto click = notice_of(
        R"({"action":"unsubscribe","user_id":"123","draft_id":"drf_1"})",
        wire::mail_source::one_click
    );
    CHECK(std::get<one_click>(click.fact).user_id == 123);
    const auto pause = notice_of(
        R"({"action":"pause","external_user_id":"u","until":"2024-12-01T00:00:00+01:00",)"
        R"("actor":"opr_1","reason":"holiday","request_id":"req_1"})",
        wire::mail_source::console
    );
    const auto& decision = std::get<operator_decision>(pause.fact);
    CHECK(decision.action == operator_action::pause);
    CHECK(decision.user.text == "u");
    CHECK(decision.until == *parse_instant("2024-11-30T23:00:00Z"));
    CHECK(decision.actor == "opr_1");
    CHECK(decision.reason == "holiday");
}

TEST_CASE("read mail: our own messages are checked all the same") {
    using enum wire::mail_source;
    const auto [source, body, field] = GENERATE(table<wire::mail_source, std::string, std::string>({
        {one_click, R"({"action":"pause","user_id":"1"})", "action"},
        {one_click, R"({"action":"unsubscribe","user_id":1})", "user_id"},
        {one_click, R"({"action":"unsubscribe","user_id":"1x"})", "user_id"},
        {console, R"({"action":"erase","external_user_id":"u","request_id":"r"})", "action"},
        {console, R"({"action":"pause","request_id":"r"})", "external_user_id"},
        {console, R"({"action":"pause","external_user_id":"u"})", "request_id"},
        {console, R"({"action":"pause","external_user_id":"u","request_id":"r","until":"soon"})",
         "until"},
    }));
    const auto reading = read_mail(mail_of(body, source), keys);
    REQUIRE(std::holds_alternative<wire::set_aside_reason>(reading));
    CHECK(std::get<wire::set_aside_reason>(reading).field == field);
}

TEST_CASE("bounce types: all 22 of them, and any other") {
    const auto [name, means, when_inactive] =
        GENERATE(table<std::string, std::string, std::string>({
            {"HardBounce", "hard", "hard"},
            {"Transient", "transient", "transient"},
            {"Unsubscribe", "", ""},
            {"Subscribe", "", ""},
            {"AutoResponder", "", ""},
            {"AddressChange", "unknown", "unknown"},
            {"DnsError", "transient", "transient"},
            {"SpamNotification", "soft", "complaint"},
            {"OpenRelayTest", "", ""},
            {"Unknown", "unknown", "unknown"},
            {"SoftBounce", "soft", "soft"},
            {"VirusNotification", "unknown", "unknown"},
            {"ChallengeVerification", "unknown", "unknown"},
            {"BadEmailAddress", "hard", "hard"},
            {"SpamComplaint", "complaint", "complaint"},
            {"ManuallyDeactivated", "hard", "hard"},
            {"Unconfirmed", "unknown", "unknown"},
            {"Blocked", "soft", "soft"},
            {"SMTPApiError", "unknown", "unknown"},
            {"InboundError", "", ""},
            {"DMARCPolicy", "unknown", "unknown"},
            {"TemplateRenderingFailed", "unknown", "unknown"},
            {"Whatever", "unknown", "unknown"},
            {"", "unknown", "unknown"},
        }));
    CHECK(name_of(read_bounce_type(name, false).means) == means);
    CHECK(name_of(read_bounce_type(name, true).means) == when_inactive);
    CHECK(bounce_table().size() == 22);
}

TEST_CASE("match mail: the message is trusted before the draft, and that before the address") {
    const auto notice = notice_of(open_body());
    mail_candidates found{
        .by_message = draft_by_message,
        .by_draft = draft_by_id,
        .by_address = {addressed_user{.whose = third}},
    };
    auto match = match_mail(notice, found);
    REQUIRE(match.has_value());
    CHECK(match->draft == draft_by_message.id);
    CHECK(match->whose.user_id == 1);

    found.by_message.reset();
    match = match_mail(notice, found);
    CHECK(match->draft == draft_by_id.id);
    CHECK(match->whose.user.text == "u2");

    found.by_draft.reset();
    match = match_mail(notice, found);
    CHECK_FALSE(match->draft.has_value());
    CHECK(match->whose.user_id == 3);

    found.by_address.clear();
    CHECK(match_mail(notice, found).error() == domain::reason::unmatched_mail);
}

TEST_CASE("match mail: an address alone names the one draft that fits, and never guesses") {
    const auto notice = notice_of(open_body());
    const domain::draft_id first{"drf_1"};
    const domain::draft_id second{"drf_2"};
    const auto match = [&](const fitting_drafts& drafts) {
        return match_mail(notice, {.by_address = {{.whose = third, .drafts = drafts}}});
    };
    CHECK(
        match({.all = 1, .one = first, .without_message = 1, .one_without_message = first})
            ->draft == first
    );
    CHECK(match({.all = 1, .one = first})->draft == first);
    CHECK(match({.all = 2, .without_message = 1, .one_without_message = second})->draft == second);
    CHECK(match({.all = 2}).error() == domain::reason::ambiguous_mail);
    CHECK(match({.all = 2, .without_message = 2}).error() == domain::reason::ambiguous_mail);
    const mail_candidates two{.by_address = {{.whose = third}, {.whose = third}}};
    CHECK(match_mail(notice, two).error() == domain::reason::ambiguous_mail);
}
