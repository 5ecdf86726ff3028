// Users with more waiting events than a batch attaches by itself.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "normaliser/facts/build_facts.hpp"
#include "normaliser/upkeep/attach_waiting.hpp"
#include "normaliser_fixture.hpp"
#include "trigger-evaluator/tick/slice_sql.hpp"
#include "vf/facts/packing.hpp"
#include "vf/runtime/task_group.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using normaliser::attach_place;
using normaliser::attach_progress;

namespace {

constexpr std::int64_t first_in_batch = 500;
constexpr std::uint32_t feature_used = 3;  // of make_default_facts

void insert_project(normaliser_fixture& fixture, const std::string& id = "prj_1") {
    fixture.run(
        "INSERT INTO projects (id, name, created_at) VALUES ('" + id +
        "', 'p', now());"
        "SELECT make_default_facts('" +
        id + "')"
    );
}

// Half of them feature_used, of weight 2, a second apart until noon. In parts, so that no statement
// runs into its limit on a busy machine.
void insert_waiting(
    normaliser_fixture& fixture, const std::string& user, int count,
    const std::string& project_id = "prj_1"
) {
    constexpr int at_once = 20'000;
    for (int first = 1; first <= count; first += at_once) {
        const int last = std::min(count, first + at_once - 1);
        fixture.run(
            "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
            " occurred_at, received_at) SELECT '" +
            project_id + "', gen_random_uuid(), '" + user +
            "',"
            " CASE WHEN i % 2 = 0 THEN 'feature_used' ELSE 'x' END, '{\"count\": 2}', " +
            minute_literal(0) + "::timestamptz - i * interval '1 second', " + minute_literal(0) +
            "::timestamptz - i * interval '1 millisecond' FROM generate_series(" +
            std::to_string(first) + ", " + std::to_string(last) + ") AS i"
        );
    }
}

std::string next_attaching(normaliser_fixture& fixture, const std::string& last = "") {
    auto work = [&](postgres::transaction& tx) { return normaliser::next_attaching(tx, last); };
    return support::run_task(fixture.events(), fixture.database().transact(work)).value();
}

result<attach_progress> attach_at(
    normaliser_fixture& fixture, attach_place& place, std::size_t events, bool dies = false
) {
    auto work = [&](postgres::transaction& tx) {
        auto progress = normaliser::attach_slice(tx, "prj_1", place, events);
        if (dies) {
            tx.refuse({failure::transient, "killed", {}});
        }
        return progress;
    };
    auto done = support::run_task(fixture.events(), fixture.database().transact(work));
    place.settle(done.has_value());
    return done;
}

attach_progress attach(normaliser_fixture& fixture, std::size_t events) {
    attach_place first;
    return attach_at(fixture, first, events).value();
}

void attach_and_die(normaliser_fixture& fixture, std::size_t events) {
    attach_place first;
    REQUIRE_FALSE(attach_at(fixture, first, events, true).has_value());
}

facts::fact fact_of(normaliser_fixture& fixture, const std::string& user, std::uint32_t id) {
    auto work = [&](postgres::transaction& tx) {
        const auto rows = tx.query(
            "SELECT facts FROM user_facts JOIN users USING (user_id) WHERE external_user_id = $1",
            postgres::params{}.text(user)
        );
        return rows.empty() ? std::string{} : rows.front().bytes("facts");
    };
    const auto packed = support::run_task(fixture.events(), fixture.database().transact(work));
    auto unpacked = facts::unpack(packed.value());
    REQUIRE(unpacked.has_value());
    return (*unpacked)[id];
}

std::string due_of(normaliser_fixture& fixture, const std::string& user) {
    return fixture.query_text(
        "SELECT next_eval_at::text || ' ' || (attaching_since IS NOT NULL)::text FROM user_due"
        " JOIN users USING (user_id) WHERE external_user_id = '" +
        user + "'"
    );
}

std::size_t evaluate(normaliser_fixture& fixture) {
    auto work = [](postgres::transaction& tx) {
        std::vector<std::int64_t> locked;
        return trigger_evaluator::evaluate_slice(tx, 10, locked);
    };
    return support::run_task(fixture.events(), fixture.database().transact(work)).value().users;
}

const std::string count_waiting = "SELECT count(*)::text FROM events WHERE user_id IS NULL";

struct progress {
    std::size_t attached{0};
    bool finished{false};
};

runtime::task<> attach_all(postgres::pool& database, std::size_t events, progress& done) {
    attach_place place;
    attach_progress slice;
    do {
        auto work = [&](postgres::transaction& tx) {
            return normaliser::attach_slice(tx, "prj_1", place, events);
        };
        auto next = co_await database.transact(work);
        if (!next) {
            break;
        }
        place.settle(true);
        slice = *next;
        done.attached += slice.events;
        // One user: a slice in which it is done is the last.
    } while (slice.users == 0);
    done.finished = true;
}

struct neighbour {
    int written{0};
    int written_meanwhile{0};
    duration longest{0};
};

runtime::task<> write_neighbour(
    normaliser::store& store, const progress& attaching, neighbour& done
) {
    for (int number = 10; !attaching.finished; ++number) {
        normaliser::ingest_batch batch;
        batch.events.push_back(event_of(number, "neighbour", "feature_used"));
        const auto began = std::chrono::steady_clock::now();
        const auto wrote = co_await store.write(std::move(batch), noon);
        done.longest = std::max(
            done.longest,
            std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - began)
        );
        done.written += wrote ? 1 : 0;
        done.written_meanwhile += wrote && !attaching.finished ? 1 : 0;
    }
}

}  // namespace

TEST_CASE("attach: 200,000 waiting events attach while a neighbour's events flow") {
    constexpr int count = 200'000;
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_waiting(fixture, "u", count);
    fixture.write({user_of(1, "neighbour")}, {});
    const auto written = fixture.write({user_of(2, "u")}, {});
    CHECK(written.attached == first_in_batch);
    CHECK(due_of(fixture, "u") == "infinity true");

    const auto other = fixture.make_pool(1);
    progress attaching;
    neighbour beside;
    runtime::task_group tasks{fixture.events().context()};
    tasks.spawn("attach", attach_all(*other, 2'000, attaching));
    tasks.spawn("neighbour", write_neighbour(fixture.store(), attaching, beside));
    bool joined = false;
    for (int tries = 0; tries < 20 && !joined; ++tries) {
        joined = support::run_task(fixture.events(), tasks.join(std::chrono::seconds{5}));
    }
    CHECK(joined);
    INFO(
        "neighbour: " << beside.written << " events, the longest took "
                      << std::chrono::duration<double>(beside.longest).count() << " s"
    );
    CHECK(attaching.attached == count - first_in_batch);
    CHECK(beside.written_meanwhile >= 20);
    CHECK(fixture.query_text(count_waiting) == "0");
    CHECK(due_of(fixture, "u") == "-infinity false");
    const auto fact = fact_of(fixture, "u", feature_used);
    CHECK(fact.count == count / 2);
    CHECK(fact.weight == count);
    CHECK(fact.first_at == noon - std::chrono::seconds{count});
    CHECK(fact.last.occurred_at == noon - std::chrono::seconds{2});
}

TEST_CASE("attach: a user is not evaluated before all events are there, whatever comes meanwhile") {
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_waiting(fixture, "u", 2'000);
    fixture.write({user_of(1, "u")}, {event_of(2, "u", "feature_used", -600)});
    CHECK(evaluate(fixture) == 0);
    fixture.write({}, {event_of(3, "u", "feature_used", 1)});
    fixture.run(
        "INSERT INTO fact_defs (project_id, fact_id, leaf, keep, created_at) VALUES"
        " ('prj_1', 11, '{\"event\": [\"x\"]}', 1, now() - interval '1 hour');"
        "DELETE FROM fact_builds"
    );
    auto build = [](postgres::transaction& tx) {
        return normaliser::build_slice(tx, normaliser::next_build(tx, {})).users;
    };
    REQUIRE(support::run_task(fixture.events(), fixture.database().transact(build)).has_value());
    CHECK(due_of(fixture, "u") == "infinity true");
    CHECK(evaluate(fixture) == 0);
    attach_progress turn;
    for (std::int64_t left = 2'000 - first_in_batch; left > 0; left -= 500) {
        CHECK(due_of(fixture, "u") == "infinity true");
        turn = attach(fixture, 500);
        CHECK(turn.events == 500);
    }
    CHECK(turn.users == 1);
    CHECK(due_of(fixture, "u") == "-infinity false");
    CHECK(evaluate(fixture) == 1);
    CHECK(fact_of(fixture, "u", feature_used).count == 1'002);
    CHECK(fact_of(fixture, "u", feature_used).last.occurred_at == noon + std::chrono::minutes{1});
    CHECK(fact_of(fixture, "u", 11).count == 1'000);
    CHECK(next_attaching(fixture).empty());
    CHECK(
        fixture.query_text(
            "SELECT (first_seen_at = " + minute_literal(-600) + ")::text FROM user_facts"
        ) == "true"
    );
}

TEST_CASE("attach: a slice that dies before its end has attached nothing and is done again") {
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_waiting(fixture, "u", 1'600);
    fixture.write({user_of(1, "u")}, {});
    attach_and_die(fixture, 600);
    CHECK(fixture.query_text(count_waiting) == "1100");
    CHECK(fact_of(fixture, "u", feature_used).count <= first_in_batch);
    CHECK(attach(fixture, 600).events == 600);
    attach_and_die(fixture, 600);
    CHECK(attach(fixture, 600).users == 1);
    CHECK(fact_of(fixture, "u", feature_used).count == 800);
    CHECK(fact_of(fixture, "u", feature_used).weight == 1'600);
    // All of them as of the identify, whichever slice they were in.
    CHECK(fixture.query_text("SELECT count(DISTINCT attached_at)::text FROM events") == "1");
}

TEST_CASE("attach: projects take turns, and users within one share a slice") {
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_project(fixture, "prj_2");
    insert_waiting(fixture, "giant", 3'000);
    insert_waiting(fixture, "small", 510);
    insert_waiting(fixture, "other", 600, "prj_2");
    auto other = user_of(3, "other");
    other.who.project = domain::project_id{"prj_2"};
    fixture.write({user_of(1, "giant")}, {});
    fixture.write({user_of(2, "small")}, {});
    fixture.write({other}, {});
    CHECK(next_attaching(fixture) == "prj_1");
    CHECK(next_attaching(fixture, "prj_1") == "prj_2");
    CHECK(next_attaching(fixture, "prj_2").empty());
    const auto first = attach(fixture, 400);
    CHECK(first.events == 210);
    CHECK(first.users == 1);
    CHECK(due_of(fixture, "giant") == "infinity true");
    CHECK(due_of(fixture, "small") == "-infinity false");
}

TEST_CASE("attach: giants leave the others of their project their share") {
    normaliser_fixture fixture;
    insert_project(fixture);
    for (const std::string user : {"giant_1", "giant_2", "giant_3", "small"}) {
        insert_waiting(fixture, user, user == "small" ? 510 : 3'000);
        fixture.write({user_of(static_cast<int>(user.back()), user)}, {});
    }
    CHECK(attach(fixture, 400).events == 310);
    CHECK(due_of(fixture, "small") == "-infinity false");
    // More of them than a slice is of: the next one goes on behind, and begins again at the end.
    attach_place place{.users = 2};
    CHECK(attach_at(fixture, place, 10)->events == 10);
    place.users = 2;
    CHECK(attach_at(fixture, place, 10)->events == 10);
    CHECK(place.last_user == place.after_user);
    CHECK(attach_at(fixture, place, 9)->events == 9);
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM (SELECT user_id FROM events WHERE user_id IS"
                           " NOT NULL GROUP BY user_id HAVING count(*) IN (608, 613)) AS s") == "3"
    );
}

TEST_CASE("attach: a user who cannot be attached keeps nobody else from it") {
    normaliser_fixture fixture;
    insert_project(fixture);
    for (const std::string user : {"u1", "u2", "u3"}) {
        insert_waiting(fixture, user, 510);
        fixture.write({user_of(static_cast<int>(user.back()), user)}, {});
    }
    fixture.run(
        "UPDATE user_facts SET facts = '\\xff' WHERE user_id ="
        " (SELECT user_id FROM users WHERE external_user_id = 'u1')"
    );
    attach_place place;
    CHECK_FALSE(attach_at(fixture, place, 2'000).has_value());
    CHECK_FALSE(attach_at(fixture, place, 2'000).has_value());
    CHECK(attach_at(fixture, place, 2'000)->users == 1);
    CHECK(attach_at(fixture, place, 2'000)->users == 1);
    CHECK(due_of(fixture, "u1") == "infinity true");
    CHECK(due_of(fixture, "u2") == "-infinity false");
    CHECK(due_of(fixture, "u3") == "-infinity false");
}

TEST_CASE("attach: an event that was moved while its user came is attached afterwards") {
    normaliser_fixture fixture;
    insert_project(fixture);
    insert_waiting(fixture, "u", 3);
    // As if another transaction had it: left alone by whoever updates it now.
    fixture.run(
        "CREATE FUNCTION leave_alone() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RETURN NULL; END$$;"
        "CREATE TRIGGER leave_alone BEFORE UPDATE ON event_rows FOR EACH ROW"
        " WHEN (OLD.name = 'x') EXECUTE FUNCTION leave_alone()"
    );
    CHECK(fixture.write({user_of(1, "u")}, {}).attached == 1);
    CHECK(due_of(fixture, "u") == "infinity true");
    fixture.run("DROP TRIGGER leave_alone ON event_rows");
    CHECK(attach(fixture, 100).events == 2);
    CHECK(fixture.query_text(count_waiting) == "0");
    CHECK(due_of(fixture, "u") == "-infinity false");
}
