#include <catch2/catch_test_macros.hpp>
#include <string>

#include "mail_fixture.hpp"
#include "normaliser/upkeep/erasures.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using namespace vf::normaliser;

namespace {

constexpr auto open_of_u1 = "email.opened u1";

std::string hint(const std::string& draft) {
    return R"("Metadata":{"draftId":")" + draft + R"("})";
}

std::string draft_of_last(mail_fixture& fixture) {
    return fixture.query_text(
        "SELECT coalesce(draft_id, '') FROM mail_outcomes ORDER BY received_at DESC LIMIT 1"
    );
}

}  // namespace

TEST_CASE("mail store: a message finds its draft, in its own project only", "[integration]") {
    mail_fixture fixture;
    CHECK(fixture.postmark(provider_body("Open", "m-1")) == open_of_u1);
    CHECK(draft_of_last(fixture) == "drf_1");
    CHECK(fixture.postmark(provider_body("Open", "m-x")) == "unmatched_mail");
    // What was sent is heard of at the console.
    fixture.run(
        "INSERT INTO draft_actions VALUES ('prj_1', 'drf_2', 'sent', 'm-2', now(), 'opr_1', NULL,"
        " now()), ('prj_1', 'drf_1', 'approve', 'm-9', NULL, 'opr_1', NULL, now())"
    );
    CHECK(fixture.postmark(provider_body("Open", "m-2")) == "email.opened u2");
    CHECK(fixture.postmark(provider_body("Open", "m-9")) == "unmatched_mail");
}

TEST_CASE("mail store: a draft named by the metadata must be the project's", "[integration]") {
    mail_fixture fixture;
    CHECK(fixture.postmark(provider_body("Open", "m-9", "", hint("drf_1"))) == open_of_u1);
    CHECK(fixture.postmark(provider_body("Open", "m-8", "", hint("drf_x"))) == "unmatched_mail");
    CHECK(fixture.postmark(provider_body("Open", "m-7", "", hint("drf_?"))) == "unmatched_mail");
    // The message is trusted before.
    CHECK(fixture.postmark(provider_body("Click", "m-1", "", hint("drf_2"))) == "email.clicked u1");
    // From then on the message is known by itself.
    CHECK(fixture.postmark(provider_body("Click", "m-9")) == "email.clicked u1");
    CHECK(fixture.count("mail_messages") == "1");
}

TEST_CASE("mail store: an address names the one draft that fits", "[integration]") {
    mail_fixture fixture;
    const auto open = [&](const std::string& message, const std::string& address, int minute) {
        return fixture.postmark(provider_body("Open", message, address), minute);
    };
    CHECK(open("m-9", "FIRST@example.com", 1) == open_of_u1);
    CHECK(draft_of_last(fixture) == "drf_1");
    CHECK(open("m-8", "nobody@example.com", 2) == "unmatched_mail");
    fixture.add_draft("drf_3", "u2", "", "cancelled");
    CHECK(open("m-8", "second@example.com", 3) == "email.opened u2");
    CHECK(draft_of_last(fixture) == "drf_2");
    fixture.add_draft("drf_4", "u2", "");
    CHECK(open("m-7", "second@example.com", 4) == "ambiguous_mail");
    fixture.identify(5, "u3", "first@EXAMPLE.com");
    CHECK(open("m-6", "first@example.com", 6) == "ambiguous_mail");
}

// The normaliser removes the user first; the draft goes when the evaluator has its turn, and nobody
// waits for that.
TEST_CASE("mail store: a draft of somebody who was erased finds nobody", "[integration]") {
    mail_fixture fixture;
    CHECK(fixture.postmark(provider_body("Open", "m-9", "", hint("drf_1"))) == open_of_u1);
    fixture.run(
        "INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'p', now());"
        "INSERT INTO erasures (id, project_id, person, external_user_id, requested_at, reason)"
        " VALUES ('ers_1', 'prj_1', sha256('prj_1:u1'), 'u1', now(), 'asked')"
    );
    auto erase = [](postgres::transaction& tx) { return normaliser::erase_next(tx); };
    REQUIRE(support::run_task(fixture.events(), fixture.database().transact(erase)).value());
    REQUIRE(fixture.count("drafts WHERE id = 'drf_1'") == "1");
    for (const std::string message : {"m-1", "m-9", "m-8"}) {
        CHECK(
            fixture.postmark(provider_body("Click", message, "", hint("drf_1"))) == "unmatched_mail"
        );
    }
    // A hard bounce is of the address, whoever had it.
    CHECK(
        fixture.postmark(
            provider_body("Bounce", "m-1", "first@example.com", R"("Type":"HardBounce","ID":1)")
        ) == "unmatched_mail"
    );
    // Who comes under the same external id is somebody else, whose address it is all the same.
    auto next = user_of(9, "u1", {}, 60 * 24 * 2);
    next.email = "first@example.com";
    fixture.write({next}, {}, at_minute(60 * 24 * 2));
    CHECK(fixture.postmark(provider_body("Open", "m-1")) == "unmatched_mail");
    CHECK(fixture.status("u1").starts_with("suppressed"));
    while (support::run_task(fixture.events(), fixture.database().transact(erase)).value()) {
    }
    CHECK(fixture.count("mail_outcomes") == "0");
    CHECK(fixture.count("mail_messages") == "0");
    CHECK(fixture.count("suppressions") == "1");
}

TEST_CASE("mail store: ten repeats, one event", "[integration]") {
    mail_fixture fixture;
    const auto first = fixture.settle({fixture.notice(provider_body("Open", "m-1"))});
    REQUIRE(first[0].announced.size() == 1);
    const auto& stored = first[0].announced[0];
    CHECK(stored.type == "email.opened");
    CHECK(stored.received_at == at_minute(1));
    // By message, with another spelling of nothing that matters, whenever it comes.
    std::vector<mail_notice> repeats;
    for (int minute = 2; minute < 11; ++minute) {
        repeats.push_back(fixture.notice(
            provider_body("Open", "m-1", "", R"("UserAgent":"\ud83d","Tag":null)"), minute
        ));
    }
    for (const auto& again : fixture.settle(repeats)) {
        REQUIRE(again.announced.size() == 1);
        CHECK(again.announced[0].id == stored.id);
        CHECK(again.announced[0].body == stored.body);
        CHECK(again.announced[0].received_at == at_minute(1));
    }
    CHECK(fixture.count("mail_outcomes") == "1");
    // Ten at once, of a mail nobody has seen.
    const auto click = fixture.notice(provider_body("Click", "m-1"));
    for (const auto& one : fixture.settle(std::vector(10, click))) {
        CHECK(one.announced.size() == 1);
    }
    CHECK(fixture.count("mail_outcomes") == "2");
}

TEST_CASE("mail store: any text of a provider can be stored", "[integration]") {
    mail_fixture fixture;
    std::string url = "https://x/\\u0000\\ud800";
    for (int byte = 1; byte < 256; ++byte) {
        if (byte != '"' && byte != '\\') {
            url += static_cast<char>(byte);
        }
    }
    const auto body = provider_body("Click", "m-1", "", R"("OriginalLink":")" + url + "\"");
    CHECK(fixture.postmark(body) == "email.clicked u1");
    CHECK(fixture.postmark(body, 5) == "email.clicked u1");
    CHECK(fixture.count("mail_outcomes") == "1");
    CHECK(
        fixture.postmark(provider_body("Open", "\\u0000", "\\udfff\xFF", hint("\\u0000"))) ==
        "unmatched_mail"
    );
}
