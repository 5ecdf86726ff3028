// How long a project keeps its events: what is planned, what is removed, and what stays.
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console/resources/retention.hpp"
#include "console/store/project_store.hpp"
#include "normaliser/upkeep/retention.hpp"
#include "normaliser_fixture.hpp"

namespace {

using namespace vf;
using namespace vf::normaliser_tests;

template <class Work>
auto in_one(normaliser_fixture& fixture, Work work) {
    auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(done.has_value());
    return *done;
}

// The first instant of what is kept for ten days.
const instant kept_from = std::chrono::floor<std::chrono::days>(noon) - std::chrono::days{10};
const instant just_before = kept_from - vf::duration{1};
const instant half_a_day_before = kept_from - std::chrono::hours{12};

normaliser::new_event received(int number, const std::string& user, instant when) {
    auto event = event_of(number, user);
    event.received_at = when;
    return event;
}

// Two projects, of which the first keeps `days`; the events of "ada" are attached.
void insert_history(normaliser_fixture& fixture, const std::string& days) {
    fixture.run(
        "INSERT INTO projects (id, name, created_at, retention_days)"
        " VALUES ('prj_1', 'one', now(), " +
        days + "), ('prj_2', 'two', now(), NULL)"
    );
    fixture.write({user_of(1, "ada")}, {});
    auto other = received(9, "ada", kept_from - std::chrono::days{300});
    other.who.project = domain::project_id{"prj_2"};
    fixture.write(
        {}, {received(2, "ada", just_before), received(3, "bob", half_a_day_before),
             received(4, "ada", kept_from), received(5, "bob", noon), other}
    );
}

std::int64_t remove(normaliser_fixture& fixture) {
    return in_one(fixture, [](postgres::transaction& tx) {
        return normaliser::remove_expired(tx, noon);
    });
}

}  // namespace

TEST_CASE("retention: events of whole days that are over go, attached or waiting") {
    normaliser_fixture fixture;
    insert_history(fixture, "10");
    CHECK(remove(fixture) == 2);
    CHECK(fixture.query_text("SELECT count(*) FROM events WHERE project_id = 'prj_1'") == "2");
    CHECK(
        fixture.query_text(
            "SELECT min(received_at) = " + support::sql_literal(kept_from) +
            " FROM events"
            " WHERE project_id = 'prj_1'"
        ) == "t"
    );
    CHECK(fixture.query_text("SELECT count(*) FROM events WHERE project_id = 'prj_2'") == "1");
    CHECK(remove(fixture) == 0);
}

TEST_CASE("retention: users and claims stay, so what comes again does not count again") {
    normaliser_fixture fixture;
    insert_history(fixture, "10");
    const auto claims = fixture.query_text("SELECT count(*) FROM record_claims");
    CHECK(remove(fixture) == 2);
    CHECK(fixture.query_text("SELECT count(*) FROM users") == "1");
    CHECK(fixture.query_text("SELECT count(*) FROM record_claims") == claims);
    CHECK(fixture.write({}, {received(2, "ada", just_before)}).repeats == 1);
}

TEST_CASE("retention: a project without a limit keeps everything") {
    normaliser_fixture fixture;
    insert_history(fixture, "NULL");
    CHECK(remove(fixture) == 0);
    CHECK(fixture.query_text("SELECT count(*) FROM events") == "5");
}

TEST_CASE("retention: the plan says what goes, for any limit, and removes nothing") {
    normaliser_fixture fixture;
    insert_history(fixture, "NULL");
    const auto plan = [&](const std::string& project_id, std::optional<std::int64_t> days) {
        return in_one(fixture, [&](postgres::transaction& tx) {
            return console::plan_retention(tx, project_id, days, noon);
        });
    };
    CHECK_FALSE(plan("prj_9", 10).has_value());
    const auto ten = plan("prj_1", 10);
    REQUIRE(ten.has_value());
    CHECK(ten->before == kept_from);
    CHECK(ten->events == 1);
    CHECK(ten->waiting == 1);
    CHECK(ten->oldest == half_a_day_before);
    const auto none = plan("prj_1", std::nullopt);
    REQUIRE(none.has_value());
    CHECK(none->days == 0);
    CHECK(none->events + none->waiting == 0);
    CHECK_FALSE(none->oldest.has_value());
    console::project_change change;
    change.retention_days.emplace(10);
    in_one(fixture, [&](postgres::transaction& tx) {
        CHECK(console::change_project(tx, "prj_1", change)->retention_days == 10);
        return true;
    });
    CHECK(plan("prj_1", std::nullopt)->events == 1);
    CHECK(fixture.query_text("SELECT count(*) FROM events") == "5");
    CHECK(remove(fixture) == 2);
}

TEST_CASE("retention: a month goes as a whole only when no project keeps anything of it") {
    normaliser_fixture fixture;
    insert_history(fixture, "10");
    fixture.run("SELECT make_partitions('attempts', 'month', date '2020-01-01', 2)");
    const auto drop = [&] {
        return in_one(fixture, [](postgres::transaction& tx) {
            return normaliser::drop_expired_months(tx, noon);
        });
    };
    CHECK(drop() == 0);
    fixture.run("UPDATE projects SET retention_days = 30000");
    CHECK(drop() == 0);
    fixture.run("UPDATE projects SET retention_days = 400");
    CHECK(drop() == 2);
    CHECK(fixture.query_text("SELECT to_regclass('attempts_202001') IS NULL") == "t");
    CHECK(fixture.query_text("SELECT count(*) FROM events") == "5");
    CHECK(drop() == 0);
}
