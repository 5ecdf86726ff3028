#include "normaliser/mail/decide_mail.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "normaliser/mail/read_mail.hpp"
#include "vf/base/time_text.hpp"
#include "vf/domain/reasons.hpp"
#include "vf/json/parse.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const domain::project_id project{"prj_1"};
const instant received = *parse_instant("2024-11-20T12:00:00.5Z");

mail_notice notice_of(
    const std::string& body, wire::mail_source source = wire::mail_source::postmark,
    instant timestamp = received
) {
    const auto reading = read_mail({project, source, body, timestamp}, {});
    REQUIRE(std::holds_alternative<mail_notice>(reading));
    return std::get<mail_notice>(reading);
}

std::string provider(const std::string& kind, const std::string& more = "") {
    const std::string timestamp = R"(":"2024-11-20T10:33:54.9070259Z")";
    return R"({"RecordType":")" + kind + R"(","MessageID":"m-1","Recipient":"a@b.c",)" +
           R"("Email":"a@b.c","ReceivedAt)" + timestamp + R"(,"BouncedAt)" + timestamp +
           R"(,"ChangedAt)" + timestamp + (more.empty() ? "" : ",") + more + "}";
}

std::string decision(const std::string& action, const std::string& request) {
    return R"({"action":")" + action + R"(","external_user_id":"u1","actor":"opr_1",)" +
           R"("reason":"why","request_id":")" + request + R"("})";
}

// One user, whose draft every notice is of; notices are decided one batch after the other.
struct mail_fixture {
    mail_state state;
    std::set<std::string> decided;
    bool matched{true};
    mail_policy policy{};

    mail_fixture() {
        state.present.insert(1);
        mail_user user{.user_id = 1, .project = project, .email = "a@b.c", .permission = {}};
        user.permission.has_email = true;
        state.users.emplace(1, user);
    }

    mail_decisions decide(const std::vector<mail_notice>& notices) {
        std::vector<mail_lookup> found(notices.size());
        for (auto& one : found) {
            one.decided = decided;
            if (matched) {
                one.candidates.by_message =
                    draft_row{domain::draft_id{"drf_1"}, {1, domain::external_user_id{"u1"}}};
                one.candidates.by_user = user_row{1, domain::external_user_id{"u1"}};
            }
        }
        for (std::size_t i = 0; i < notices.size(); ++i) {
            if (!std::holds_alternative<one_click>(notices[i].fact) &&
                !std::holds_alternative<operator_decision>(notices[i].fact)) {
                found[i].candidates.by_user.reset();
            }
        }
        auto done = decide_mail(notices, found, state, policy);
        state = done.after;
        for (const auto& one : done.outcomes) {
            decided.insert(one.id.text);
        }
        return done;
    }

    // What customers hear, "type source or bounceType" each.
    std::vector<std::string> events(const std::vector<mail_notice>& notices) {
        std::vector<std::string> heard;
        for (const auto& one : decide(notices).outcomes) {
            if (one.body.empty()) {
                continue;
            }
            const auto body = json::parse(one.body);
            REQUIRE(body.has_value());
            const auto* data = body->root().find("data");
            std::string text = one.type;
            for (const auto* field : {"source", "bounceType"}) {
                if (const auto found = data->string_at(field)) {
                    text += " " + std::string{*found};
                }
            }
            heard.push_back(std::move(text));
        }
        return heard;
    }

    std::vector<std::string> events(const std::string& body) { return events({notice_of(body)}); }

    std::string status() {
        const auto& user = state.users.at(1);
        const auto causes = causes_of(state.suppressions, user.project.text, user.email);
        return std::string{name_of(status_of(user.permission, causes, received))};
    }

    std::string bounce(const std::string& type, int id) {
        return provider("Bounce", R"("Type":")" + type + R"(","ID":)" + std::to_string(id));
    }
};

using heard = std::vector<std::string>;

}  // namespace

TEST_CASE("decide mail: the webhooks as documented") {
    mail_fixture fixture;
    const std::string envelope =
        R"(","created":1732104000,"data":{"draftId":"drf_1","projectId":"prj_1",)"
        R"("externalUserId":"u1","messageId":"m-1",)";
    const std::vector<mail_notice> notices{
        notice_of(provider("Open")),
        notice_of(provider("Click", R"("OriginalLink":"https://x/\"")")),
        notice_of(provider(
            "Bounce", R"("Type":"HardBounce","Description":"No such user.","Details":"smtp;550")"
        )),
        notice_of(provider("Bounce", R"("Type":"Transient")")),
    };
    const auto done = fixture.decide(notices);
    REQUIRE(done.outcomes.size() == 4);
    const auto body = [&](std::size_t i, const std::string& data) {
        return R"({"type":")" + done.outcomes[i].type + R"(","id":")" + done.outcomes[i].id.text +
               envelope + data + "}}";
    };
    const std::string timestamp = R"(":"2024-11-20T10:33:54.907Z")";
    CHECK(done.outcomes[0].body == body(0, R"("openedAt)" + timestamp));
    CHECK(done.outcomes[1].body == body(1, R"("url":"https://x/\"","clickedAt)" + timestamp));
    CHECK(
        done.outcomes[2].body ==
        body(2, R"("bounceType":"hard","reason":"No such user. smtp;550","bouncedAt)" + timestamp)
    );
    CHECK(done.outcomes[3].body == body(3, R"("bounceType":"transient","bouncedAt)" + timestamp));
}

TEST_CASE("decide mail: an unsubscription as documented, without draft or message") {
    mail_fixture fixture;
    const auto done = fixture.decide(
        {notice_of(R"({"action":"unsubscribe","user_id":"1"})", wire::mail_source::one_click)}
    );
    REQUIRE(done.outcomes.size() == 1);
    CHECK(
        done.outcomes[0].body ==
        R"({"type":"email.unsubscribed","id":")" + done.outcomes[0].id.text +
            R"(","created":1732104000,"data":{"projectId":"prj_1","externalUserId":"u1",)"
            R"("email":"a@b.c","source":"one_click","unsubscribedAt":"2024-11-20T12:00:00.500Z"}})"
    );
}

TEST_CASE("decide mail: ten repeats are one outcome, in one batch or in ten") {
    mail_fixture fixture;
    const auto open = notice_of(provider("Open"));
    auto done = fixture.decide(std::vector(5, open));
    CHECK(done.outcomes.size() == 1);
    for (const auto& ids : done.standing) {
        CHECK(ids == std::vector{done.outcomes[0].id});
    }
    for (int i = 0; i < 5; ++i) {
        done = fixture.decide({open});
        CHECK(done.outcomes.empty());
        CHECK(done.standing[0].size() == 1);
    }
}

TEST_CASE("decide mail: what is refused keeps its neighbours") {
    mail_fixture fixture;
    fixture.matched = false;
    const auto done =
        fixture.decide({notice_of(provider("Open")), notice_of(provider("Delivery"))});
    CHECK(done.outcomes.empty());
    CHECK(done.refused[0] == domain::reason::unmatched_mail);
    // A delivery needs nobody.
    CHECK_FALSE(done.refused[1].has_value());
}

TEST_CASE("decide mail: who was erased since is nobody") {
    mail_fixture fixture;
    fixture.state.present.clear();
    fixture.state.users.clear();
    const auto done =
        fixture.decide({notice_of(provider("Open")), notice_of(fixture.bounce("HardBounce", 1))});
    CHECK(done.outcomes.empty());
    CHECK(done.refused[0] == domain::reason::unmatched_mail);
    CHECK(done.refused[1] == domain::reason::unmatched_mail);
    CHECK(done.suppressions.size() == 1);
}

TEST_CASE("decide mail: a hard bounce and a complaint suppress") {
    mail_fixture hard;
    CHECK(hard.events(hard.bounce("HardBounce", 1)) == heard{"email.bounced hard"});
    CHECK(hard.status() == "suppressed");
    // It is the address that bounces.
    hard.state.users.at(1).email = "new@b.c";
    CHECK(hard.status() == "active");
    hard.state.users.at(1).email = "A@B.c";
    CHECK(hard.status() == "suppressed");

    mail_fixture complaint;
    const auto body = provider("SpamComplaint", R"("Type":"SpamComplaint","ID":1)");
    CHECK(complaint.events(body) == heard{"email.bounced complaint"});
    CHECK(complaint.status() == "suppressed");
    // And the person who complains.
    complaint.state.users.at(1).email = "new@b.c";
    CHECK(complaint.status() == "suppressed");
}

TEST_CASE("decide mail: what the provider refuses to send to is suppressed, whatever the type") {
    mail_fixture fixture;
    const auto body = provider("Bounce", R"("Type":"Unknown","ID":1,"Inactive":true)");
    CHECK(fixture.events(body) == heard{"email.bounced unknown"});
    CHECK(fixture.status() == "suppressed");
    mail_fixture blocked;
    CHECK(blocked.events(blocked.bounce("Unknown", 1)) == heard{"email.bounced unknown"});
    CHECK(blocked.status() == "active");
}

TEST_CASE("decide mail: three soft bounces in a row suppress, and a sign of life begins anew") {
    mail_fixture fixture;
    const auto soft = [&](int id) { return fixture.events(fixture.bounce("SoftBounce", id)); };
    CHECK(soft(1) == heard{"email.bounced soft"});
    CHECK(soft(1).empty());
    CHECK(soft(2) == heard{"email.bounced soft"});
    CHECK(fixture.status() == "active");
    static_cast<void>(fixture.events(provider("Open")));
    CHECK(soft(3) == heard{"email.bounced soft"});
    CHECK(soft(4) == heard{"email.bounced soft"});
    CHECK(fixture.status() == "active");
    CHECK(soft(5) == heard{"email.bounced soft"});
    CHECK(fixture.status() == "suppressed");
}

TEST_CASE("decide mail: customers hear of an unsubscription once, in whatever way it is wished") {
    mail_fixture fixture;
    const std::string click = R"({"action":"unsubscribe","user_id":"1"})";
    const auto later = received + std::chrono::seconds{1};
    using enum wire::mail_source;
    CHECK(fixture.events({notice_of(click, one_click)}) == heard{"email.unsubscribed one_click"});
    CHECK(fixture.events({notice_of(click, one_click, later)}).empty());
    CHECK(fixture.events({notice_of(decision("unsubscribe", "r1"), console)}).empty());
    CHECK(fixture.events(provider("Bounce", R"("Type":"Unsubscribe","ID":4)")).empty());
    CHECK(fixture.status() == "unsubscribed");
    // Only a person at the console brings somebody back.
    const auto resubscribed = decision("resubscribe", "r2");
    CHECK(fixture.events({notice_of(decision("resume", "r0"), console)}).empty());
    CHECK(fixture.status() == "unsubscribed");
    CHECK(fixture.events({notice_of(resubscribed, console)}).empty());
    CHECK(fixture.status() == "active");
    // The click before it, read again, changes nothing.
    CHECK(fixture.events({notice_of(click, one_click, later)}).empty());
    CHECK(fixture.status() == "active");
    const auto again = notice_of(decision("unsubscribe", "r3"), console);
    CHECK(fixture.events({again}) == heard{"email.unsubscribed manual"});
    CHECK(fixture.events({again}).empty());
}

TEST_CASE("decide mail: a resubscription lifts no bounce") {
    mail_fixture fixture;
    static_cast<void>(fixture.events(fixture.bounce("HardBounce", 1)));
    const auto source = wire::mail_source::console;
    static_cast<void>(fixture.events({notice_of(decision("unsubscribe", "r1"), source)}));
    static_cast<void>(fixture.events({notice_of(decision("resubscribe", "r2"), source)}));
    CHECK(fixture.status() == "suppressed");
}

TEST_CASE("decide mail: a pause holds until it is resumed, behind whatever else there is") {
    mail_fixture fixture;
    const auto source = wire::mail_source::console;
    CHECK(fixture.events({notice_of(decision("pause", "r1"), source)}).empty());
    CHECK(fixture.status() == "paused");
    static_cast<void>(fixture.events({notice_of(decision("unsubscribe", "r2"), source)}));
    static_cast<void>(fixture.events({notice_of(decision("resubscribe", "r3"), source)}));
    CHECK(fixture.status() == "paused");
    static_cast<void>(fixture.events({notice_of(decision("resume", "r4"), source)}));
    CHECK(fixture.status() == "active");
}

TEST_CASE("decide mail: the provider's list of suppressions") {
    const auto change = [](const std::string& more) {
        return provider("SubscriptionChange", R"("SuppressSending":)" + more);
    };
    mail_fixture recipient;
    const auto unsubscribed =
        change(R"(true,"Origin":"Recipient","SuppressionReason":"ManualSuppression")");
    CHECK(recipient.events(unsubscribed) == heard{"email.unsubscribed one_click"});
    CHECK(recipient.status() == "unsubscribed");
    // To come back waits for a person.
    const auto back = change(R"(false,"Origin":"Recipient","SuppressionReason":null)");
    CHECK(recipient.events(back).empty());
    CHECK(recipient.status() == "unsubscribed");

    mail_fixture listed;
    const auto hard = change(R"(true,"Origin":"Recipient","SuppressionReason":"HardBounce")");
    CHECK(listed.events(hard) == heard{"email.bounced hard"});
    CHECK(listed.status() == "suppressed");
    // The bounce itself is no other.
    CHECK(listed.events(listed.bounce("HardBounce", 7)).empty());
    CHECK(listed.events(listed.bounce("HardBounce", 8)).empty());

    mail_fixture bounced;
    CHECK(bounced.events(bounced.bounce("HardBounce", 7)) == heard{"email.bounced hard"});
    CHECK(bounced.events(hard).empty());

    mail_fixture complaint;
    const auto spam = change(R"(true,"Origin":"Recipient","SuppressionReason":"SpamComplaint")");
    CHECK(complaint.events(spam) == heard{"email.bounced complaint"});

    mail_fixture staff;
    CHECK(staff.events(change(R"(true,"Origin":"Admin")")).empty());
    CHECK(staff.status() == "suppressed");
    const auto ours = read_mail(
        {project, wire::mail_source::postmark, change(R"(true,"Origin":"Customer")"), received}, {}
    );
    CHECK(std::holds_alternative<ignored_mail>(ours));
}

namespace {

mail_notice reply_of(
    const std::string& text, mail::tone tone = mail::tone::neutral,
    const std::string& from = "A@b.c", const std::string& id = "in-1"
) {
    auto notice = notice_of(
        R"({"FromFull":{"Email":")" + from + R"("},"MessageID":")" + id + R"(","TextBody":")" +
        text + R"("})"
    );
    std::get<mail_replied>(notice.fact).tone = tone;
    return notice;
}

}  // namespace

TEST_CASE("decide mail: a reply as documented, whole") {
    mail_fixture fixture;
    const auto done = fixture.decide({reply_of("When is it?\\n\\n> quoted\\n-- \\nAda")});
    REQUIRE(done.outcomes.size() == 1);
    CHECK(
        done.outcomes[0].body ==
        R"({"type":"email.replied","id":")" + done.outcomes[0].id.text +
            R"(","created":1732104000,"data":{"draftId":"drf_1","projectId":"prj_1",)"
            R"("externalUserId":"u1","messageId":"in-1",)"
            R"("replyBody":"When is it?\n\n> quoted\n-- \nAda","tone":"neutral",)"
            R"("receivedAt":"2024-11-20T12:00:00.500Z"}})"
    );
    CHECK(fixture.status() == "active");
    CHECK(done.outcomes[0].detail.contains(R"("matched_by":"reference")"));
    CHECK(done.outcomes[0].detail.contains(R"("tone_rules_version":)"));
}

TEST_CASE("decide mail: who asks to be left out hears no more, and two events say so") {
    mail_fixture fixture;
    const auto reply = reply_of("Stop.", mail::tone::unsubscribe_request);
    const heard both{"email.replied", "email.unsubscribed reply_request"};
    CHECK(fixture.events({reply}) == both);
    CHECK(fixture.status() == "unsubscribed");
    const auto again = fixture.decide({reply});
    CHECK(again.outcomes.empty());
    CHECK(again.standing[0].size() == 2);
    CHECK(
        fixture.events({reply_of("Stop!", mail::tone::unsubscribe_request, "a@b.c", "in-2")}) ==
        heard{"email.replied"}
    );
}

TEST_CASE("decide mail: nobody opts out for somebody else") {
    mail_fixture fixture;
    const auto reply = reply_of("Stop.", mail::tone::unsubscribe_request, "colleague@b.c");
    CHECK(fixture.events({reply}) == heard{"email.replied"});
    CHECK(fixture.status() == "active");
}

TEST_CASE("decide mail: a negative reply pauses until somebody resumes") {
    mail_fixture fixture;
    CHECK(fixture.events({reply_of("No.", mail::tone::negative)}) == heard{"email.replied"});
    CHECK(fixture.status() == "paused");
    CHECK_FALSE(fixture.state.users.at(1).permission.paused_until.has_value());
}

TEST_CASE("decide mail: a reply by its sender is of whoever was written to lately") {
    const auto reply = reply_of("Thanks!");
    const addressed_user never{.whose = {1, domain::external_user_id{"u1"}}};
    auto lately = never;
    lately.whose.user_id = 2;
    lately.last_sent = domain::draft_id{"drf_9"};
    const auto match = match_mail(reply, {.by_address = {never, lately}});
    REQUIRE(match.has_value());
    CHECK(match->whose.user_id == 2);
    CHECK(match->draft == domain::draft_id{"drf_9"});
    CHECK(match->by == "sender");
    CHECK(match_mail(reply, {.by_address = {never}}).error() == domain::reason::unmatched_mail);
    CHECK(
        match_mail(reply, {.by_address = {lately, lately}}).error() ==
        domain::reason::ambiguous_mail
    );
}

TEST_CASE("decide mail: an address that nobody has is suppressed all the same") {
    mail_fixture fixture;
    fixture.matched = false;
    const auto done = fixture.decide({notice_of(fixture.bounce("HardBounce", 1))});
    CHECK(done.refused[0] == domain::reason::unmatched_mail);
    REQUIRE(done.suppressions.size() == 1);
    CHECK(fixture.status() == "suppressed");
}

TEST_CASE("decide mail: a message that only its webhook knows is learned") {
    mail_fixture fixture;
    std::vector<mail_lookup> found(1);
    found[0].candidates.by_draft =
        draft_row{domain::draft_id{"drf_1"}, {1, domain::external_user_id{"u1"}}};
    const auto done =
        decide_mail({notice_of(provider("Delivery"))}, found, fixture.state, fixture.policy);
    REQUIRE(done.messages.size() == 1);
    CHECK(done.messages[0].message_id == "m-1");
    CHECK(done.messages[0].draft.text == "drf_1");
    CHECK(done.outcomes.empty());
}
