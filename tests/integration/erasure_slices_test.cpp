// Erasures in slices: of giants, beside others, and after they have died in between.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "console/store/erasure_store.hpp"
#include "master_key.hpp"
#include "normaliser/ingest/write_ingest.hpp"
#include "normaliser/upkeep/attach_waiting.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser_fixture.hpp"
#include "vf/crypto/digest.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/upkeep/erasure_step.hpp"

namespace {

using namespace vf;
using namespace vf::normaliser_tests;

constexpr vf::duration minute = std::chrono::minutes{1};

template <class Work>
auto in_one(normaliser_fixture& fixture, Work work) {
    auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(done.has_value());
    return *done;
}

void ask_for(
    normaliser_fixture& fixture, const std::string& id, const std::string& user, instant when
) {
    console::erasure_row row;
    row.id = id;
    row.project = project.text;
    row.external_user_id = user;
    row.reason = "asked by mail";
    row.requested_at = when;
    in_one(fixture, [&](postgres::transaction& tx) {
        console::begin_erasure(tx, row, support::master_key);
        return true;
    });
}

void insert_project(normaliser_fixture& fixture) {
    fixture.run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'one', now())");
}

void insert_events(normaliser_fixture& fixture, const std::string& user, int count) {
    fixture.run(
        "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, properties,"
        " occurred_at, received_at) SELECT 'prj_1', gen_random_uuid(), '" +
        user + "', (SELECT user_id FROM users WHERE external_user_id = '" + user +
        "'), 'x', '{}', now(), " + minute_literal(0) + " FROM generate_series(1, " +
        std::to_string(count) + ")"
    );
}

bool slice(normaliser_fixture& fixture) {
    return in_one(fixture, [](postgres::transaction& tx) { return normaliser::erase_next(tx); });
}

std::string count_of(normaliser_fixture& fixture, const std::string& user) {
    return fixture.query_text(
        "SELECT count(*)::text FROM events WHERE external_user_id = '" + user + "'"
    );
}

const std::string done_by_normaliser =
    "SELECT string_agg(erasure_id || ' ' || rows_removed, ', ' ORDER BY erasure_id)"
    " FROM erasure_steps WHERE service = 'normaliser'";

normaliser::user_change later_user(int number, const std::string& user) {
    auto change = user_of(number, user);
    change.received_at = noon + 2 * minute;
    return change;
}

}  // namespace

TEST_CASE("erasure slices: a giant is gone at once, and its events some at a time") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    insert_events(fixture, "ada", 9'000);
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(slice(fixture));
    CHECK(fixture.query_text("SELECT count(*)::text FROM users") == "0");
    CHECK(count_of(fixture, "ada") == "9000");
    // Whoever comes under the name by now waits for nothing, and gets nothing of the other's.
    CHECK(fixture.write({later_user(2, "ada")}, {}).users == 1);
    CHECK(slice(fixture));
    CHECK(count_of(fixture, "ada") == "7000");
    CHECK(fixture.query_text(done_by_normaliser).empty());
    // A slice that dies has removed nothing, and the next goes on.
    auto dies = [](postgres::transaction& tx) {
        const bool done = normaliser::erase_next(tx);
        tx.refuse({failure::transient, "killed", {}});
        return done;
    };
    CHECK_FALSE(support::run_task(fixture.events(), fixture.database().transact(dies)));
    CHECK(count_of(fixture, "ada") == "7000");
    int slices = 0;
    while (slice(fixture)) {
        ++slices;
    }
    CHECK(slices == 5);
    CHECK(count_of(fixture, "ada") == "0");
    CHECK(fixture.query_text(done_by_normaliser) == "era_1 9003");
    CHECK(fixture.query_text("SELECT count(*)::text FROM users") == "1");
}

TEST_CASE("erasure slices: a giant keeps no other erasure waiting") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "giant"), user_of(2, "ada")}, {});
    insert_events(fixture, "giant", 20'000);
    ask_for(fixture, "era_1", "giant", noon + minute);
    for (int i = 0; i < 4; ++i) {
        CHECK(slice(fixture));
    }
    ask_for(fixture, "era_2", "ada", noon + minute);
    CHECK(slice(fixture));
    CHECK(slice(fixture));
    CHECK(fixture.query_text(done_by_normaliser) == "era_2 3");
    CHECK(count_of(fixture, "giant") == "14000");
}

TEST_CASE("erasure slices: waiting events of the time before are nobody's, those since attach") {
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_events(fixture, "ada", 3'000);
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(slice(fixture));
    auto since = event_of(7, "ada");
    since.received_at = noon + 2 * minute;
    CHECK(fixture.write({}, {since}).events == 1);
    CHECK(fixture.write({later_user(2, "ada")}, {}).attached == 1);
    CHECK(fixture.query_text("SELECT attaching_since IS NULL FROM user_due") == "t");
    fixture.run("UPDATE user_due SET attaching_since = now()");
    const auto turn = in_one(fixture, [](postgres::transaction& tx) {
        normaliser::attach_place place;
        return normaliser::attach_slice(tx, "prj_1", place, 10);
    });
    CHECK(turn.events == 0);
    CHECK(turn.users == 1);
    while (slice(fixture)) {
    }
    CHECK(count_of(fixture, "ada") == "1");
    CHECK(fixture.query_text(done_by_normaliser) == "era_1 3000");
}

TEST_CASE("erasure slices: a lane whose batch has the user beside others goes on meanwhile") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    insert_events(fixture, "ada", 5'000);
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(slice(fixture));
    // A slice is under way while a batch writes somebody new of the same name.
    auto both = [&](postgres::transaction& tx) {
        const bool erased = normaliser::erase_next(tx);
        auto work = [&](postgres::transaction& inner) {
            inner.script("SET LOCAL lock_timeout = '1s'");
            normaliser::zone_names zones;
            return normaliser::write_ingest(
                       inner, {{later_user(2, "ada")}, {event_of(3, "bob")}}, noon, zones
            )
                .users;
        };
        runtime::loop events;
        telemetry::registry metrics;
        postgres::pool beside{
            events,
            {.url = fixture.url(), .application_name = "vf-beside", .connections = 1},
            metrics
        };
        const auto written = support::run_task(events, beside.transact(work));
        CHECK(written.has_value());
        CHECK(written.value_or(0) == 1);
        return erased;
    };
    CHECK(in_one(fixture, both));
}

TEST_CASE("erasure step: it comes after the normaliser's and knows the user that was removed") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    const auto user_id = fixture.query_text("SELECT user_id FROM users");
    std::vector<upkeep::erasure> seen;
    const upkeep::erasure_step step{
        .service = "test",
        .begin = [](postgres::transaction&, const upkeep::erasure&) -> upkeep::beginning {
            return {.rows = 3};
        },
        .remove =
            [&seen](postgres::transaction&, const upkeep::erasure& erasure) {
                seen.push_back(erasure);
                const bool last = erasure.cursor == "one";
                return upkeep::removal{
                    .rows = last ? 0 : 7, .finished = last, .cursor = last ? "two" : "one"
                };
            },
    };
    const auto do_next = [&] {
        return in_one(fixture, [&](postgres::transaction& tx) {
            return upkeep::erase_next(tx, step);
        });
    };
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK_FALSE(do_next());
    CHECK(slice(fixture));
    CHECK(do_next());
    CHECK(seen.empty());
    CHECK(do_next());
    CHECK(do_next());
    CHECK_FALSE(do_next());
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].id == "era_1");
    CHECK(seen[0].project == project.text);
    CHECK(seen[0].external_user == "ada");
    CHECK(seen[0].person == crypto::sha256(project.text + ":ada"));
    CHECK(seen[0].requested_at == noon + minute);
    CHECK(std::to_string(seen[0].user_id.value_or(0)) == user_id);
    CHECK(seen[0].user_removed_at.has_value());
    CHECK_FALSE(seen[0].cursor.has_value());
    CHECK(
        fixture.query_text("SELECT rows_removed || ' ' || (user_id IS NULL)::text"
                           " FROM erasure_steps WHERE service = 'test'") == "10 true"
    );
}

TEST_CASE("erasure step: one that comes after another waits until that has finished") {
    normaliser_fixture fixture;
    insert_project(fixture);
    const upkeep::erasure_step step{
        .service = "test",
        .after_normaliser = false,
        .after = {"other"},
        .remove = [](postgres::transaction&,
                     const upkeep::erasure&) { return upkeep::removal{.finished = true}; },
    };
    const auto do_next = [&] {
        auto work = [&](postgres::transaction& tx) { return upkeep::erase_next(tx, step); };
        return support::run_task(fixture.events(), fixture.database().transact(work));
    };
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(do_next() == result<bool>{false});
    fixture.run("INSERT INTO erasure_steps VALUES ('era_1', 'other', now(), 0)");
    CHECK(do_next() == result<bool>{true});
    CHECK(do_next() == result<bool>{true});
    CHECK(do_next() == result<bool>{false});
}
