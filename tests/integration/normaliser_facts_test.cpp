#include <catch2/catch_test_macros.hpp>
#include <string>

#include "normaliser/facts/build_facts.hpp"
#include "normaliser/upkeep/attach_waiting.hpp"
#include "normaliser_fixture.hpp"
#include "vf/facts/packing.hpp"

using namespace vf;
using namespace vf::normaliser_tests;

namespace {

facts::user_facts facts_of(normaliser_fixture& fixture, const std::string& user) {
    auto look = [&](postgres::transaction& tx) {
        const auto rows = tx.query(
            "SELECT facts FROM user_facts JOIN users USING (user_id) WHERE external_user_id = $1",
            postgres::params{}.text(user)
        );
        return rows.empty() ? std::string{} : rows.front().bytes("facts");
    };
    const auto packed = support::run_task(fixture.events(), fixture.database().transact(look));
    REQUIRE(packed.has_value());
    auto found = facts::unpack(*packed);
    REQUIRE(found.has_value());
    return std::move(*found);
}

std::string next_build(normaliser_fixture& fixture, const std::string& last = "") {
    auto work = [&](postgres::transaction& tx) { return normaliser::next_build(tx, last); };
    auto found = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(found.has_value());
    return *found;
}

normaliser::build_progress build(
    normaliser_fixture& fixture, normaliser::build_limits limits = {}
) {
    auto work = [&](postgres::transaction& tx) {
        return normaliser::build_slice(tx, "prj_1", limits);
    };
    auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(done.has_value());
    return *done;
}

}  // namespace

TEST_CASE("normaliser facts: events count for the predicates they match, once", "[integration]") {
    normaliser_fixture fixture;
    fixture.run(
        "SELECT make_default_facts('prj_1');"
        "INSERT INTO fact_defs VALUES ('prj_1', 50,"
        " '{\"event\": [\"a\", \"b\"], \"where\": [{\"prop\": \"n\", \"op\": \"lt\","
        " \"value\": 2}]}', 3), ('prj_1', 51, '{\"no\": \"leaf\"}', 1)"
    );
    fixture.write(
        {user_of(1, "u")}, {event_of(2, "u", "a", 1), event_of(3, "u", "feature_used", 2)}
    );
    fixture.write({}, {event_of(4, "u", "b", -5), event_of(5, "u", "c"), event_of(2, "u", "a", 1)});
    const auto found = facts_of(fixture, "u");
    REQUIRE(found.size() == 2);
    CHECK(found.at(50).count == 2);
    CHECK(found.at(50).first_at == at_minute(-5));
    CHECK(found.at(50).last.record == record(2));
    CHECK(found.at(3).count == 1);
}

TEST_CASE("normaliser facts: building a new one leaves what counted events that are gone") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO fact_defs VALUES ('prj_1', 1, '{\"event\": \"a\"}', 1,"
        " now() - interval '1 day');"
        "INSERT INTO fact_builds VALUES ('prj_1', 1, now())"
    );
    fixture.write({user_of(1, "u")}, {event_of(2, "u", "a"), event_of(3, "u", "a", 1)});
    fixture.run(
        "DELETE FROM events WHERE occurred_at = " + minute_literal(0) +
        ";"
        "INSERT INTO fact_defs VALUES ('prj_1', 2, '{\"event\": \"a\"}', 1,"
        " now() - interval '1 day')"
    );
    CHECK(next_build(fixture) == "prj_1");
    CHECK(fixture.query_text("SELECT fact_ids::text FROM fact_cursors") == "{2}");
    CHECK(build(fixture).users == 1);
    CHECK(build(fixture).finished);
    CHECK(facts_of(fixture, "u").at(1).count == 2);
    CHECK(facts_of(fixture, "u").at(2).count == 1);
}

TEST_CASE("normaliser facts: a new definition is built from old events", "[integration]") {
    normaliser_fixture fixture;
    std::vector<normaliser::user_change> users;
    std::vector<normaliser::new_event> events;
    for (int i = 0; i < 450; ++i) {
        users.push_back(user_of(i, "u" + std::to_string(i)));
        events.push_back(event_of(1'000 + i, "u" + std::to_string(i), "a", -i));
    }
    fixture.write(std::move(users), std::move(events));
    fixture.run("UPDATE user_due SET next_eval_at = 'infinity'");
    CHECK(facts_of(fixture, "u7").empty());
    CHECK(next_build(fixture).empty());
    fixture.run("INSERT INTO fact_defs VALUES ('prj_1', 9, '{\"event\": \"a\"}', 1, now())");
    CHECK(next_build(fixture).empty());
    fixture.run("UPDATE fact_defs SET created_at = now() - interval '61 seconds'");
    CHECK(next_build(fixture) == "prj_1");
    CHECK(build(fixture).users == 100);
    // Live traffic in the middle, of a user that was met and of one that was not.
    fixture.write({}, {event_of(3'000, "u0", "a", 5), event_of(3'001, "u449", "a", 5)});
    int slices = 1;
    while (!build(fixture).finished) {
        ++slices;
    }
    CHECK(slices == 5);
    CHECK(facts_of(fixture, "u0").at(9).count == 2);
    CHECK(facts_of(fixture, "u449").at(9).count == 2);
    CHECK(facts_of(fixture, "u7").at(9).last.record == record(1'007));
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM user_due WHERE next_eval_at = '-infinity'"
        ) == "450"
    );
    CHECK(fixture.query_text("SELECT count(*)::text FROM fact_builds") == "1");
    CHECK(next_build(fixture).empty());
}

TEST_CASE("normaliser facts: no slice counts more events than it may, whoever has them") {
    normaliser_fixture fixture;
    const normaliser::build_limits limits{.users = 10, .events = 100};
    std::vector<normaliser::user_change> users;
    std::vector<normaliser::new_event> events;
    const auto add = [&](const std::string& user, int first, int count) {
        users.push_back(user_of(first, user));
        for (int i = 1; i <= count; ++i) {
            events.push_back(event_of(first + i, user, i % 3 == 0 ? "b" : "a", -i / 2));
        }
    };
    add("u1", 1'000, 60);
    add("u2", 2'000, 60);
    add("giant", 3'000, 350);
    add("u4", 4'000, 10);
    fixture.write(std::move(users), std::move(events));
    fixture.run(
        "INSERT INTO fact_defs VALUES ('prj_1', 9, '{\"event\": [\"a\", \"b\"]}', 5,"
        " now() - interval '1 hour')"
    );
    REQUIRE(next_build(fixture) == "prj_1");
    std::vector<std::size_t> sizes;
    for (;;) {
        const auto done = build(fixture, limits);
        if (done.finished) {
            break;
        }
        sizes.push_back(done.events);
    }
    CHECK(sizes == std::vector<std::size_t>{100, 100, 100, 50, 60, 70});
    CHECK(facts_of(fixture, "u2").at(9).count == 60);
    CHECK(facts_of(fixture, "giant").size() == 1);
    CHECK(facts_of(fixture, "giant").at(9).count == 350);
    CHECK(facts_of(fixture, "u4").at(9).count == 10);
    CHECK(fixture.query_text("SELECT count(*)::text FROM fact_cursors") == "0");
}

TEST_CASE("normaliser facts: what comes while a user is built in parts counts once") {
    normaliser_fixture fixture;
    const normaliser::build_limits limits{.users = 10, .events = 10};
    std::vector<normaliser::new_event> events;
    for (int i = 0; i < 40; ++i) {
        events.push_back(event_of(100 + i, "u", i < 20 ? "a" : "b", -100 + i));
    }
    fixture.write({user_of(1, "u")}, std::move(events));
    fixture.run(
        "INSERT INTO fact_defs VALUES ('prj_1', 9, '{\"event\": [\"a\", \"b\"]}', 5,"
        " now() - interval '1 hour')"
    );
    REQUIRE(next_build(fixture) == "prj_1");
    REQUIRE(build(fixture, limits).events == 10);
    REQUIRE(build(fixture, limits).events == 10);
    // The last that was counted is number 119. Before it, at its time on either side, and behind
    // it.
    fixture.write(
        {}, {event_of(10, "u", "a", -200), event_of(11, "u", "a", -81),
             event_of(900, "u", "a", -81), event_of(12, "u", "b", -200), event_of(13, "u", "b", 5)}
    );
    // Rules see what they saw before: nothing that is built in part.
    CHECK(facts_of(fixture, "u").at(9).count == 5);
    CHECK(facts_of(fixture, "u").at(9).last.record == record(13));
    while (!build(fixture, limits).finished) {
    }
    const auto found = facts_of(fixture, "u");
    REQUIRE(found.size() == 1);
    CHECK(found.at(9).count == 45);
    CHECK(found.at(9).first_at == at_minute(-200));
    CHECK(found.at(9).last.record == record(13));
}

TEST_CASE("normaliser facts: events that are attached while their user is built count once") {
    normaliser_fixture fixture;
    std::vector<normaliser::new_event> events;
    for (int i = 0; i < 520; ++i) {
        events.push_back(event_of(1'000 + i, "u", "a", -i));
    }
    fixture.write({}, std::move(events));
    fixture.write({user_of(1, "u")}, {});
    fixture.run(
        "INSERT INTO fact_defs VALUES ('prj_1', 9, '{\"event\": \"a\"}', 5,"
        " now() - interval '1 hour')"
    );
    REQUIRE(next_build(fixture) == "prj_1");
    REQUIRE(build(fixture, {.users = 10, .events = 300}).events == 300);
    auto attach = [](postgres::transaction& tx) {
        normaliser::attach_place place;
        return normaliser::attach_slice(tx, "prj_1", place, 100).events;
    };
    CHECK(support::run_task(fixture.events(), fixture.database().transact(attach)).value() == 20);
    while (!build(fixture).finished) {
    }
    CHECK(facts_of(fixture, "u").at(9).count == 520);
}

TEST_CASE("normaliser facts: projects take turns, and a slice in hand is not waited for") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO fact_defs SELECT p, 9, '{\"event\": \"a\"}', 1, now() - interval '1 hour'"
        " FROM unnest(ARRAY['prj_1', 'prj_2']) AS p"
    );
    CHECK(next_build(fixture) == "prj_1");
    CHECK(next_build(fixture, "prj_1") == "prj_2");
    CHECK(next_build(fixture, "prj_2").empty());
    auto work = [&](postgres::transaction& tx) {
        tx.query("SELECT FROM fact_cursors WHERE project_id = 'prj_1' FOR UPDATE");
        return build(fixture).finished;
    };
    runtime::loop events;
    telemetry::registry metrics;
    postgres::pool second{
        events, {.url = fixture.url(), .application_name = "vf-second", .connections = 1}, metrics
    };
    CHECK_FALSE(support::run_task(events, second.transact(work)).value());
}
