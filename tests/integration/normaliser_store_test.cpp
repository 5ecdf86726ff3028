#include <catch2/catch_test_macros.hpp>
#include <string>

#include "normaliser_fixture.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

TEST_CASE("normaliser store: a record has its effect once", "[integration]") {
    normaliser_fixture fixture;
    const auto first = fixture.write({user_of(1, "u")}, {event_of(2, "u")});
    CHECK(first.users == 1);
    CHECK(first.events == 1);
    CHECK(first.repeats == 0);
    const auto again =
        fixture.write({user_of(1, "u", {{"plan", R"("p")"}})}, {event_of(2, "u", "y")});
    CHECK(again.users == 0);
    CHECK(again.events == 0);
    CHECK(again.repeats == 2);
    CHECK(fixture.query_text("SELECT count(*)::text || ' ' || min(name) FROM events") == "1 x");
    CHECK(fixture.query_text("SELECT plan FROM users").empty());
    CHECK(fixture.query_text("SELECT properties FROM events") == R"({"n": 1.10})");
}

TEST_CASE(
    "normaliser store: a retry within 24 hours is a repeat, on whichever day it is received",
    "[integration]"
) {
    normaliser_fixture fixture;
    for (const int hours : {0, 23, -23}) {
        auto event = event_of(2, "u");
        event.received_at = noon + std::chrono::hours{hours};
        CHECK(fixture.write({}, {event}).events == (hours == 0 ? 1 : 0));
    }
}

TEST_CASE(
    "normaliser store: after 24 hours the same id is another write, however often it is delivered",
    "[integration]"
) {
    normaliser_fixture fixture;
    auto event = event_of(2, "u");
    event.received_at = noon;
    CHECK(fixture.write({}, {event}).events == 1);
    event.received_at = noon + std::chrono::hours{24};
    CHECK(fixture.write({}, {event}).events == 1);
    CHECK(fixture.write({}, {event}).repeats == 1);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "2");
}

TEST_CASE(
    "normaliser store: the new records of a batch count, the old ones do not", "[integration]"
) {
    normaliser_fixture fixture;
    fixture.write({}, {event_of(1, "u"), event_of(2, "v")});
    const auto mixed = fixture.write({}, {event_of(2, "v"), event_of(3, "w"), event_of(1, "u")});
    CHECK(mixed.events == 1);
    CHECK(mixed.repeats == 2);
    CHECK(
        fixture.query_text(
            "SELECT string_agg(external_user_id, ',' ORDER BY external_user_id) FROM events"
        ) == "u,v,w"
    );
}

TEST_CASE(
    "normaliser store: events wait for their user and attach when it comes", "[integration]"
) {
    normaliser_fixture fixture;
    fixture.write({}, {event_of(1, "u", "a", -30), event_of(2, "u", "b", 40), event_of(3, "v")});
    CHECK(fixture.query_text("SELECT count(*)::text FROM events WHERE user_id IS NULL") == "3");
    CHECK(fixture.query_text("SELECT count(*)::text FROM events WHERE attached_at IS NULL") == "3");
    const auto written = fixture.write({user_of(4, "u")}, {}, at_minute(60));
    CHECK(written.attached == 2);
    CHECK(
        fixture.query_text(
            "SELECT count(*)::text FROM events e JOIN users u USING (user_id)"
            " WHERE e.attached_at = " +
            minute_literal(60)
        ) == "2"
    );
    CHECK(fixture.query_text("SELECT external_user_id FROM events WHERE user_id IS NULL") == "v");
    CHECK(
        fixture.query_text(
            "SELECT (first_seen_at = " + minute_literal(-30) + " AND last_seen_at = " +
            minute_literal(40) + " AND identified_at = " + minute_literal(0) +
            ")::text"
            " FROM users JOIN user_facts USING (user_id)"
        ) == "true"
    );
    CHECK(fixture.query_text("SELECT (next_eval_at = '-infinity')::text FROM user_due") == "true");
}

TEST_CASE("normaliser store: a user and its events in one batch belong together", "[integration]") {
    normaliser_fixture fixture;
    const auto written = fixture.write({user_of(2, "u")}, {event_of(1, "u", "x", 5)}, at_minute(9));
    CHECK(written.attached == 0);
    CHECK(
        fixture.query_text(
            "SELECT (e.attached_at = " + minute_literal(9) + " AND f.last_seen_at = " +
            minute_literal(5) + ")::text FROM events e JOIN user_facts f USING (user_id)"
        ) == "true"
    );
}

TEST_CASE("normaliser store: events of a known user move its times, both ways", "[integration]") {
    normaliser_fixture fixture;
    fixture.write({user_of(1, "u")}, {});
    fixture.write({}, {event_of(2, "u", "x", 5), event_of(3, "u", "x", -5)});
    CHECK(
        fixture.query_text(
            "SELECT (first_seen_at = " + minute_literal(-5) +
            " AND last_seen_at = " + minute_literal(5) + ")::text FROM user_facts"
        ) == "true"
    );
}

TEST_CASE(
    "normaliser store: an identify replaces what it names and clears by null", "[integration]"
) {
    normaliser_fixture fixture;
    auto first = user_of(1, "u", {{"plan", R"("a")"}, {"x", "1.10"}, {"y", R"({"k":null})"}});
    first.email = "A@b.c";
    fixture.write({first}, {});
    fixture.write({user_of(2, "u", {{"plan", "null"}, {"x", "null"}, {"z", "[2]"}}, 1)}, {});
    CHECK(
        fixture.query_text("SELECT email || ' ' || coalesce(plan, 'none') FROM users") ==
        "A@b.c none"
    );
    CHECK(
        fixture.query_text("SELECT traits::text FROM users") == R"({"y": {"k": null}, "z": [2]})"
    );
}

TEST_CASE("normaliser store: a late identify fills and never undoes", "[integration]") {
    normaliser_fixture fixture;
    fixture.write({user_of(1, "u", {{"plan", R"("new")"}, {"x", "1"}}, 10)}, {});
    auto late = user_of(
        2, "u", {{"plan", R"("old")"}, {"company", R"("acme")"}, {"x", "0"}, {"y", "0"}}, -10
    );
    late.email = "a@b.c";
    fixture.write({late, user_of(3, "u", {{"role", R"("r")"}}, 11)}, {});
    CHECK(
        fixture.query_text("SELECT concat_ws(' ', plan, company, email, role, traits) FROM users"
        ) == R"(new acme a@b.c r {"x": 1, "y": 0})"
    );
    CHECK(
        fixture.query_text(
            "SELECT (identified_at = " + minute_literal(11) + " AND first_seen_at = " +
            minute_literal(-10) + ")::text FROM users JOIN user_facts USING (user_id)"
        ) == "true"
    );
}

TEST_CASE("normaliser store: what is new marks its user due, a repeat does not", "[integration]") {
    normaliser_fixture fixture;
    const std::string is_due = "SELECT (next_eval_at = '-infinity')::text FROM user_due";
    fixture.write({user_of(1, "u")}, {});
    CHECK(fixture.query_text(is_due) == "true");
    const std::string look_away = "UPDATE user_due SET next_eval_at = 'infinity'";
    fixture.run(look_away);
    fixture.write({user_of(1, "u")}, {});
    CHECK(fixture.query_text(is_due) == "false");
    fixture.write({}, {event_of(2, "u")});
    CHECK(fixture.query_text(is_due) == "true");
    fixture.run(look_away);
    fixture.write({user_of(3, "u")}, {});
    CHECK(fixture.query_text(is_due) == "true");
    CHECK(fixture.query_text("SELECT count(*)::text FROM user_due") == "1");
}

TEST_CASE(
    "normaliser store: the stage is that of the latest event that says one", "[integration]"
) {
    normaliser_fixture fixture;
    fixture.write({user_of(1, "u")}, {event_of(2, "u", "feature_used", 50)});
    CHECK(fixture.query_text("SELECT stage FROM users") == "lead");
    fixture.write({}, {event_of(3, "u", "subscription_changed", 10)});
    CHECK(fixture.query_text("SELECT stage FROM users") == "active");
    fixture.write(
        {}, {event_of(4, "u", "user_signed_up", 0), event_of(5, "u", "trial_started", 5)}
    );
    CHECK(fixture.query_text("SELECT stage FROM users") == "active");
    fixture.write({}, {event_of(6, "u", "payment_failed", 20)});
    CHECK(fixture.query_text("SELECT stage FROM users") == "past_due");
    fixture.write({}, {event_of(7, "u", "subscription_cancelled", 30)});
    CHECK(fixture.query_text("SELECT stage FROM users") == "cancelled");
}

TEST_CASE("normaliser store: events that waited give the stage too", "[integration]") {
    normaliser_fixture fixture;
    fixture.write({}, {event_of(1, "u", "trial_started")});
    fixture.write({user_of(2, "u")}, {});
    CHECK(fixture.query_text("SELECT stage FROM users") == "trialing");
}

TEST_CASE("normaliser store: only projects that exist are found", "[integration]") {
    normaliser_fixture fixture;
    fixture.run("INSERT INTO projects VALUES ('prj_1', 'one', now())");
    const domain::project_id other{"prj_2"};
    const auto found =
        support::run_task(fixture.events(), fixture.store().find_projects({project, other}));
    REQUIRE(found.has_value());
    CHECK(*found == std::vector<domain::project_id>{project});
}
