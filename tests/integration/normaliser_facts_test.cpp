#include <catch2/catch_test_macros.hpp>
#include <string>

#include "normaliser/facts/build_facts.hpp"
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

normaliser::fact_build build(normaliser_fixture& fixture, normaliser::fact_build so_far) {
    auto work = [&](postgres::transaction& tx) { return normaliser::build_slice(tx, so_far); };
    auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(done.has_value());
    return std::move(*done);
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
    auto so_far = build(fixture, {});
    CHECK(so_far.fact_ids == std::vector<std::int64_t>{2});
    so_far = build(fixture, so_far);
    CHECK(so_far.project.empty());
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
    CHECK(build(fixture, {}).project.empty());
    fixture.run("INSERT INTO fact_defs VALUES ('prj_1', 9, '{\"event\": \"a\"}', 1, now())");
    CHECK(build(fixture, {}).project.empty());
    fixture.run("UPDATE fact_defs SET created_at = now() - interval '61 seconds'");
    auto so_far = build(fixture, {});
    CHECK(so_far.project == "prj_1");
    // Live traffic in the middle, of a user that was met and of one that was not.
    fixture.write({}, {event_of(3'000, "u0", "a", 5), event_of(3'001, "u449", "a", 5)});
    int slices = 1;
    while (!so_far.project.empty()) {
        so_far = build(fixture, so_far);
        ++slices;
    }
    CHECK(slices == 4);
    CHECK(facts_of(fixture, "u0").at(9).count == 2);
    CHECK(facts_of(fixture, "u449").at(9).count == 2);
    CHECK(facts_of(fixture, "u7").at(9).last.record == record(1'007));
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM user_due WHERE next_eval_at = '-infinity'"
        ) == "450"
    );
    CHECK(fixture.query_text("SELECT count(*)::text FROM fact_builds") == "1");
    CHECK(build(fixture, {}).project.empty());
}
