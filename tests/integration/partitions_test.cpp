// Partitions beside rows and transactions that are in their way.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>

#include "normaliser/upkeep/keep_partitions.hpp"
#include "normaliser_fixture.hpp"
#include "vf/runtime/task_group.hpp"

using namespace vf;
using namespace vf::normaliser_tests;
using normaliser::partition_report;

namespace {

// Beyond all that the migrations made.
const instant later = noon + std::chrono::days{800};

result<partition_report> keep(
    normaliser_fixture& fixture, std::string_view table, instant now = later
) {
    auto work = [=](postgres::transaction& tx) {
        return normaliser::keep_partitions_of(tx, table, now);
    };
    return support::run_task(fixture.events(), fixture.database().transact(work));
}

void write_at(normaliser_fixture& fixture, int number, instant when) {
    auto event = event_of(number, "u");
    event.received_at = when;
    fixture.write({}, {event});
}

std::string table_of(normaliser_fixture& fixture, int number) {
    return fixture.query_text(
        "SELECT tableoid::regclass::text FROM event_rows WHERE record_id = '" +
        record(number).uuid() + "'"
    );
}

// A transaction that has run `statement` and stays open until it is released.
class open_transaction {
public:
    open_transaction(normaliser_fixture& fixture, std::string statement)
        : thread_{[url = fixture.url(), statement = std::move(statement), this] {
              run(url, statement);
          }} {
        ran_.get_future().wait();
    }

    ~open_transaction() { release(); }

    open_transaction(const open_transaction&) = delete;
    open_transaction& operator=(const open_transaction&) = delete;

    void release() {
        if (thread_.joinable()) {
            go_.set_value();
            thread_.join();
        }
    }

private:
    void run(const std::string& url, const std::string& statement) {
        runtime::loop events;
        telemetry::registry metrics;
        postgres::pool database{
            events, {.url = url, .application_name = "vf-open", .connections = 1}, metrics
        };
        auto work = [&](postgres::transaction& tx) {
            tx.query(statement);
            ran_.set_value();
            go_.get_future().wait_for(std::chrono::seconds{14});
        };
        static_cast<void>(support::run_task(events, database.transact(work)));
    }

    std::promise<void> ran_;
    std::promise<void> go_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("partitions: rows of the default one are moved into the one that is made") {
    normaliser_fixture fixture;
    write_at(fixture, 1, later);
    write_at(fixture, 2, later + std::chrono::days{3'000});
    CHECK(table_of(fixture, 1) == "event_rows_default");
    const auto kept = keep(fixture, "event_rows");
    REQUIRE(kept.has_value());
    CHECK(kept->added == 3);
    CHECK(kept->missing == 0);
    CHECK(kept->strays == 1);
    CHECK(
        table_of(fixture, 1) ==
        "event_rows_" + format_instant(later).substr(0, 4) + format_instant(later).substr(5, 2)
    );
    CHECK(table_of(fixture, 2) == "event_rows_default");
    // It is the same row still: the same record changes nothing.
    auto again = event_of(1, "u");
    again.received_at = later;
    CHECK(fixture.write({}, {again}).repeats == 1);
    CHECK(keep(fixture, "event_rows")->added == 0);
}

TEST_CASE("partitions: more rows than can be moved leave one out, the rest are made") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) SELECT 'prj_1', gen_random_uuid(), 'u', 'x', '{}', now(), " +
        support::sql_literal(later) + " FROM generate_series(1, 20001)"
    );
    const auto kept = keep(fixture, "event_rows");
    REQUIRE(kept.has_value());
    CHECK(kept->added == 2);
    CHECK(kept->missing == 1);
    CHECK(kept->strays == 1'000);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "20001");
    CHECK(keep(fixture, "attempts")->added == 3);
    fixture.run("DELETE FROM events WHERE record_id IN (SELECT record_id FROM events LIMIT 1)");
    CHECK(keep(fixture, "event_rows")->added == 1);
    CHECK(keep(fixture, "event_rows")->strays == 0);
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "20000");
}

TEST_CASE("partitions: a table in use is let alone after a moment, and the others are made") {
    normaliser_fixture fixture;
    open_transaction reader{fixture, "SELECT count(*) FROM event_rows_default"};
    const auto began = std::chrono::steady_clock::now();
    const auto kept = keep(fixture, "event_rows");
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
    REQUIRE_FALSE(kept.has_value());
    CHECK(kept.error().is_transient());
    CHECK(keep(fixture, "attempts")->added == 3);
    reader.release();
    CHECK(keep(fixture, "event_rows")->added == 3);
}

TEST_CASE("partitions: they are made beside a batch that is being written") {
    normaliser_fixture fixture;
    open_transaction batch{
        fixture,
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) VALUES ('prj_1', gen_random_uuid(), 'u', 'x', '{}', now(),"
        " now())"
    };
    CHECK(keep(fixture, "event_rows")->added == 3);
    batch.release();
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "1");
}

TEST_CASE("partitions: the trouble of one table stops nobody who makes them all") {
    normaliser_fixture fixture;
    fixture.run(
        "ALTER TABLE event_rows DETACH PARTITION event_rows_default;"
        " DROP TABLE event_rows_default"
    );
    CHECK_FALSE(keep(fixture, "event_rows").has_value());
    const auto day = format_instant(later).substr(0, 10);
    CHECK(fixture.query_text("SELECT make_all_partitions('" + day + "')::text") == "5");
}

TEST_CASE("partitions: what is kept is what the database knows of, and rows make none") {
    normaliser_fixture fixture;
    CHECK(
        fixture.query_text("SELECT string_agg(parent::text, ',' ORDER BY ahead, parent::text DESC)"
                           " FROM partition_plans()") == "natural_claims,event_rows,attempts"
    );
    const std::string count_partitions = "SELECT count(*)::text FROM pg_inherits";
    const auto before = fixture.query_text(count_partitions);
    write_at(fixture, 1, noon - std::chrono::days{365 * 900});
    write_at(fixture, 2, noon + std::chrono::days{365 * 900});
    for (const auto table : normaliser::partitioned_tables) {
        CHECK(keep(fixture, table, noon)->missing == 0);
    }
    // The month of noon may be the one before the month of the migration.
    CHECK(std::stoi(fixture.query_text(count_partitions)) <= std::stoi(before) + 30);
    CHECK(table_of(fixture, 1) == "event_rows_default");
    CHECK(table_of(fixture, 2) == "event_rows_default");
}

TEST_CASE("partitions: attempts without one are removed when no project keeps them") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'one', now());"
        "INSERT INTO attempts (delivery_id, run, attempt, endpoint_id, started_at, took, outcome)"
        " VALUES ('d', 1, 1, 'e', now() - interval '900 days', '1s', 'retry'),"
        "        ('d', 1, 2, 'e', now() + interval '900 days', '1s', 'retry')"
    );
    const std::string remove = "SELECT remove_stray_attempts(current_date, 10)::text";
    CHECK(fixture.query_text(remove) == "0");
    fixture.run("UPDATE projects SET retention_days = 899");
    CHECK(fixture.query_text(remove) == "1");
    CHECK(fixture.query_text("SELECT attempt::text FROM attempts") == "2");
}

TEST_CASE("partitions: a default one of many rows is not looked through while all are kept out") {
    normaliser_fixture fixture;
    fixture.run(
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) SELECT 'prj_1', gen_random_uuid(), 'u', 'x', '{}', now(), " +
        support::sql_literal(later - std::chrono::days{100}) + " FROM generate_series(1, 20001)"
    );
    // The month that has begun is there; two are to be made.
    write_at(fixture, 1, later);
    REQUIRE(
        fixture.query_text(
            "SELECT make_partitions('event_rows', 'month', " + support::sql_literal(later) +
            "::date, 1)"
        ) == "1"
    );
    write_at(fixture, 2, later - std::chrono::days{100});
    const auto exclude = [&] {
        auto work = [](postgres::transaction& tx) {
            normaliser::exclude_from_default(tx, "event_rows", later);
        };
        return support::run_task(fixture.events(), fixture.database().transact(work)).has_value();
    };
    const std::string constraints =
        "SELECT count(*) || ' ' || count(*) FILTER (WHERE convalidated) FROM pg_constraint"
        " WHERE conrelid = 'event_rows_default'::regclass AND contype = 'c' AND conname ~ "
        "'^without_'";
    REQUIRE(exclude());
    REQUIRE(exclude());
    CHECK(fixture.query_text(constraints) == "2 0");
    {
        // Beside whoever writes there.
        open_transaction writer{
            fixture,
            "UPDATE event_rows_default SET name = 'y' WHERE record_id = '" + record(2).uuid() + "'"
        };
        auto work = [](postgres::transaction& tx) {
            normaliser::validate_default(tx, "event_rows");
        };
        REQUIRE(support::run_task(fixture.events(), fixture.database().transact(work)).has_value());
    }
    CHECK(fixture.query_text(constraints) == "2 2");
    auto work = [](postgres::transaction& tx) {
        const auto looked = [&tx] {
            return tx
                .query("SELECT pg_stat_get_xact_tuples_returned('event_rows_default'::regclass)")
                .front()
                .integer(0);
        };
        const auto before = looked();
        const auto added = normaliser::keep_partitions_of(tx, "event_rows", later).added;
        return std::pair{added, looked() - before};
    };
    const auto kept = support::run_task(fixture.events(), fixture.database().transact(work));
    REQUIRE(kept.has_value());
    CHECK(kept->first == 2);
    CHECK(kept->second == 1'000);  // to tell how many are there
    CHECK(fixture.query_text(constraints) == "0 0");
    CHECK(fixture.query_text("SELECT count(*)::text FROM events") == "20003");
}
