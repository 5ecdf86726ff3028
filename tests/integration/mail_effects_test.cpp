// Who may be written to, after what became of a mail: by the real stores of normaliser and
// evaluator.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "mail_fixture.hpp"
#include "normaliser/upkeep/end_pauses.hpp"
#include "trigger-evaluator/postgres_store.hpp"
#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using namespace vf::normaliser;

namespace {

std::string bounce(const std::string& type, int id, const std::string& address) {
    return provider_body(
        "Bounce", "m-1", address, R"("Type":")" + type + R"(","ID":)" + std::to_string(id)
    );
}

struct pipeline_fixture : mail_fixture {
    trigger_evaluator::slice evaluate() {
        trigger_evaluator::postgres_store evaluator{database()};
        auto done = support::run_task(events(), evaluator.evaluate_due(500, {}));
        REQUIRE(done.has_value());
        return std::move(*done);
    }

    std::string draft(const std::string& id) {
        return query_text("SELECT status FROM drafts WHERE id = '" + id + "'");
    }

    void end_pauses() {
        auto end = [](postgres::transaction& tx) { return normaliser::end_pauses(tx); };
        while (support::run_task(events(), database().transact(end)).value()) {
        }
    }
};

}  // namespace

TEST_CASE("mail effects: a new user's status is that of the address", "[integration]") {
    mail_fixture fixture;
    fixture.write({user_of(4, "nobody")}, {});
    CHECK(fixture.status("u1") == "active");
    CHECK(fixture.status("nobody") == "no_email due");
    fixture.identify(5, "nobody", "n@example.com");
    CHECK(fixture.status("nobody") == "active due");
}

TEST_CASE("mail effects: suppression follows the address, there and back", "[integration]") {
    const std::string type = GENERATE("HardBounce", "SpamComplaint");
    mail_fixture fixture;
    CHECK(fixture.postmark(bounce(type, 1, "FIRST@example.com")) == "email.bounced u1");
    CHECK(fixture.status("u1") == "suppressed due");
    CHECK(fixture.status("u2") == "active");
    CHECK(fixture.status("x") == "active");
    fixture.identify(5, "u5", "first@example.com");
    CHECK(fixture.status("u5") == "suppressed due");
    fixture.identify(6, "u5", "other@example.com");
    CHECK(fixture.status("u5") == "active due");
    fixture.identify(7, "u5", "First@Example.com");
    CHECK(fixture.status("u5") == "suppressed due");
    fixture.identify(8, "u2", "first@example.com");
    CHECK(fixture.status("u2") == "suppressed due");
    // An identify with an older address that does not win changes nothing.
    fixture.identify(4, "u2", "second@example.com");
    CHECK(fixture.status("u2") == "suppressed due");
    fixture.identify(9, "u1", "new@example.com");
    CHECK(fixture.status("u1") == (type == "HardBounce" ? "active due" : "suppressed due"));
}

TEST_CASE("mail effects: an unsubscription by each of the three ways", "[integration]") {
    const std::string way = GENERATE("one_click", "manual", "provider");
    pipeline_fixture fixture;
    const auto unsubscribe = [&](int minute) {
        if (way == "one_click") {
            return fixture.one_click("u2", minute);
        }
        if (way == "manual") {
            return fixture.console("unsubscribe", "u2", minute);
        }
        return fixture.postmark(
            provider_body(
                "SubscriptionChange", "m-2", "second@example.com",
                R"("SuppressSending":true,"Origin":"Recipient","ChangedAt":")" +
                    format_milliseconds(at_minute(minute)) + "\""
            ),
            minute
        );
    };
    CHECK(unsubscribe(1) == "email.unsubscribed u2");
    CHECK(fixture.status("u2") == "unsubscribed out due");
    CHECK(fixture.evaluate().cancelled == 1);
    CHECK(fixture.draft("drf_2") == "cancelled");
    CHECK(fixture.draft("drf_1") == "pending_review");
    // The same again is the same event, another one is none.
    CHECK(unsubscribe(1) == "email.unsubscribed u2");
    for (int minute = 2; minute < 12; ++minute) {
        CHECK(unsubscribe(minute).empty());
    }
    CHECK(fixture.count("mail_outcomes WHERE body <> ''") == "1");
    fixture.identify(20, "u9", "Second@example.com");
    CHECK(fixture.status("u9") == "unsubscribed out due");
    // Only a person brings them back, and with the address all who have it.
    CHECK(fixture.console("resume", "u2", 20).empty());
    CHECK(fixture.status("u2") == "unsubscribed out");
    CHECK(fixture.console("resubscribe", "u2", 21).empty());
    CHECK(fixture.status("u2") == "active due");
    CHECK(fixture.status("u9") == "active due");
    CHECK(unsubscribe(11).empty());
    CHECK(fixture.status("u2") == "active due");
    // An address of two says nothing of whom, and holds for both.
    CHECK(unsubscribe(22) == (way == "provider" ? "ambiguous_mail" : "email.unsubscribed u2"));
    CHECK(fixture.status("u2") == "unsubscribed out due");
    CHECK(fixture.status("u9") == "unsubscribed out due");
}

TEST_CASE("mail effects: soft bounces in a row", "[integration]") {
    mail_fixture fixture;
    const auto soft = [&](int id) {
        return fixture.postmark(bounce("SoftBounce", id, "first@example.com"), id);
    };
    CHECK(soft(1) == "email.bounced u1");
    CHECK(soft(2) == "email.bounced u1");
    CHECK(soft(2) == "email.bounced u1");
    CHECK(fixture.status("u1") == "active");
    CHECK(fixture.count("soft_bounces") == "2");
    CHECK(fixture.postmark(provider_body("Delivery", "m-1", "First@example.com"), 3).empty());
    CHECK(fixture.count("soft_bounces") == "0");
    // Three in one batch.
    const auto notice = [&](int id) {
        return fixture.notice(bounce("SoftBounce", id, "first@example.com"), id);
    };
    fixture.settle({notice(4), notice(5)});
    CHECK(fixture.status("u1") == "active");
    fixture.settle({notice(5), notice(6)});
    CHECK(fixture.status("u1") == "suppressed due");
}

TEST_CASE("mail effects: a pause, and its end", "[integration]") {
    pipeline_fixture fixture;
    CHECK(fixture.console("pause", "u2", 1).empty());
    CHECK(fixture.status("u2") == "paused due");
    CHECK(fixture.evaluate().cancelled == 1);
    fixture.end_pauses();
    CHECK(fixture.status("u2") == "paused");
    CHECK(fixture.console("resume", "u2", 2).empty());
    CHECK(fixture.status("u2") == "active due");
    CHECK(fixture.console("pause", "nobody", 3) == "unknown_user");

    const auto pause = [&](const std::string& until) {
        return fixture.settle_one(fixture.notice(
            R"({"action":"pause","external_user_id":"u1","request_id":"req_)" + until +
                R"(","until":")" + until + R"("})",
            4, wire::mail_source::console
        ));
    };
    CHECK(pause("9999-01-01T00:00:00Z").empty());
    fixture.end_pauses();
    CHECK(fixture.status("u1") == "paused due");
    CHECK(pause(format_milliseconds(at_minute(120))).empty());
    CHECK(fixture.status("u1") == "paused due");
    fixture.run("UPDATE user_due SET next_eval_at = 'infinity'");
    // It was yesterday.
    fixture.end_pauses();
    CHECK(fixture.status("u1") == "active due");
    CHECK(fixture.count("users WHERE paused OR paused_until IS NOT NULL") == "0");
}

TEST_CASE("mail effects: another project's user is nobody", "[integration]") {
    mail_fixture fixture;
    CHECK(fixture.one_click("x", 1) == "unmatched_mail");
    CHECK(fixture.console("unsubscribe", "x", 2) == "unknown_user");
    CHECK(fixture.status("x") == "active");
    CHECK(fixture.count("suppressions") == "0");
}
