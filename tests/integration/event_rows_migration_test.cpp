// From events as they were up to version 7 to event_rows, with data in them: whatever was read
// before is read afterwards, by the statements of then and by the stores of now, and a process of
// the version before writes on.
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/store/activity_store.hpp"
#include "console/store/retention_store.hpp"
#include "normaliser/ingest/waiting_events.hpp"
#include "normaliser/upkeep/retention.hpp"
#include "normaliser_fixture.hpp"
#include "vf/support/temp_folder.hpp"

namespace {

using namespace vf;
using namespace vf::normaliser_tests;

constexpr vf::duration limit = std::chrono::seconds{20};
const std::filesystem::path migrations = VF_SOURCE_DIR "/deploy/migrations";

class old_database {
public:
    old_database() {
        std::filesystem::path files = before_.path();
        for (const auto& file : std::filesystem::directory_iterator{migrations}) {
            if (file.path().filename().string() < "0008") {
                std::filesystem::copy(file.path(), files / file.path().filename());
            }
        }
        REQUIRE(postgres::migrate(scratch_.url(), files, limit) == 7);
        postgres::pool_options options;
        options.url = scratch_.url();
        options.application_name = "vf-test";
        database_ = std::make_unique<postgres::pool>(events_, options, metrics_);
    }

    // To the newest: what came later keeps what this is about.
    void migrate() {
        const auto rest = postgres::schema_version - 7;
        REQUIRE(postgres::migrate(scratch_.url(), migrations, limit) == rest);
    }

    template <class Work>
    auto in_one(Work work) {
        auto done = support::run_task(events_, database_->transact(work));
        if (!done) {
            throw std::runtime_error{done.error().detail};
        }
        return *done;
    }

    std::int64_t run(const std::string& statement) {
        return in_one([&](postgres::transaction& tx) { return tx.execute(statement); });
    }

    std::string text(const std::string& statement) {
        return in_one([&](postgres::transaction& tx) -> std::string {
            const auto rows = tx.query(statement);
            return rows.empty() ? "none" : rows.front().optional_text(0).value_or("");
        });
    }

private:
    support::temp_folder before_;
    telemetry::registry metrics_;
    support::scratch_schema scratch_;
    runtime::loop events_;
    std::unique_ptr<postgres::pool> database_;
};

// Two projects and one that has no row of its own; a user in two of them; attached, waiting,
// expired and historical events of three months, one of them of no month.
void fill(old_database& database) {
    database.run(
        "INSERT INTO projects (id, name, created_at, retention_days) VALUES"
        " ('prj_1', 'one', now(), 30), ('prj_2', 'two', now(), NULL)"
    );
    database.run(
        "INSERT INTO users (project_id, external_user_id, identified_at)"
        " VALUES ('prj_1', 'ada', now()), ('prj_2', 'ada', now())"
    );
    database.run("INSERT INTO user_facts SELECT user_id, now(), now(), '' FROM users");
    database.run("INSERT INTO user_due SELECT user_id, project_id, 'infinity' FROM users");
    database.run(
        "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, properties,"
        " occurred_at, received_at, attached_at, historical, expired_at)"
        " SELECT p.id, md5(p.id || n)::uuid, CASE n % 3 WHEN 0 THEN 'ada' ELSE 'bob' END,"
        "        CASE n % 3 WHEN 0 THEN u.user_id END, (ARRAY['feature_used', 'x'])[1 + n % 2],"
        "        '{\"n\": ' || n || '.10 }', at - n * interval '1 second', at,"
        "        CASE n % 3 WHEN 0 THEN at + interval '1 second' END, n % 5 = 0,"
        "        CASE n WHEN 10 THEN at + interval '1 hour' END"
        " FROM (VALUES ('prj_1'), ('prj_2'), ('prj_3')) AS p (id)"
        " LEFT JOIN users u ON u.project_id = p.id AND p.id <> 'prj_3',"
        " generate_series(1, 60) AS n,"
        " LATERAL (SELECT now() - CASE WHEN n = 7 THEN interval '900 days'"
        "          ELSE n * interval '1 day' END) AS t (at)"
    );
}

// What the version before asks.
const std::vector<std::string> questions{
    "SELECT string_agg(e::text, ';' ORDER BY project_id, record_id) FROM"
    " (SELECT project_id, record_id, external_user_id, user_id, name, properties, occurred_at,"
    "         received_at, attached_at, historical, expired_at FROM events) AS e",
    "SELECT string_agg(record_id::text, ',') FROM (SELECT record_id FROM events e"
    " WHERE e.project_id = 'prj_1' AND (e.user_id = (SELECT u.user_id FROM users u"
    " WHERE u.project_id = 'prj_1' AND u.external_user_id = 'ada')"
    " OR (e.user_id IS NULL AND e.external_user_id = 'ada'))"
    " ORDER BY e.received_at DESC, e.record_id LIMIT 7) AS s",
    "SELECT e.properties FROM projects p CROSS JOIN LATERAL (SELECT * FROM events"
    " WHERE project_id = p.id AND record_id = md5('prj_23')::uuid LIMIT 1) e LIMIT 1",
    "SELECT count(*) || ' ' || min(received_at) FROM events WHERE user_id IS NULL",
    "SELECT s.start || ' ' || count(e.user_id) || ' ' || min(e.received_at)"
    " FROM (SELECT id, retention_start(now(), 30) AS start FROM projects WHERE id = 'prj_1') AS s"
    " LEFT JOIN events e ON e.project_id = s.id AND e.received_at < s.start GROUP BY s.start",
    "SELECT string_agg(record_id::text, ',') FROM (SELECT record_id FROM events"
    " WHERE user_id IS NULL AND expired_at IS NULL ORDER BY received_at LIMIT 5) AS s",
    "SELECT string_agg(record_id::text, ',') FROM (SELECT record_id FROM events"
    " WHERE name = 'feature_used' AND NOT historical AND user_id IN (SELECT user_id FROM users)"
    " ORDER BY user_id, occurred_at DESC LIMIT 5) AS s",
};

std::vector<std::string> answers_of(old_database& database) {
    std::vector<std::string> answers;
    for (const auto& question : questions) {
        answers.push_back(database.text(question));
    }
    return answers;
}

std::string listed(old_database& database, const console::event_filter& filter) {
    return database.in_one([&](postgres::transaction& tx) {
        console::page_request paging;
        paging.limit = 7;
        std::string records;
        for (const auto& row : console::list_events(tx, "prj_1", filter, paging).rows) {
            CHECK(row.project == "prj_1");
            records += (records.empty() ? "" : ",") + row.record;
        }
        return records;
    });
}

}  // namespace

TEST_CASE("event rows: what was read before is read afterwards", "[integration]") {
    old_database database;
    fill(database);
    const auto before = answers_of(database);
    REQUIRE(before[0].size() > 10'000);
    const auto of_no_month = database.text("SELECT count(*)::text FROM events_default");
    database.migrate();
    CHECK(answers_of(database) == before);
    CHECK(database.text("SELECT count(*)::text FROM event_rows") == "180");
    CHECK(database.text("SELECT count(*)::text FROM event_rows_default") == of_no_month);
    CHECK(listed(database, {.external_user_id = "ada", .name = {}}) == before[1]);
    const auto record = database.text("SELECT md5('prj_23')::uuid::text");
    database.in_one([&](postgres::transaction& tx) {
        const auto found = console::find_event(tx, record);
        REQUIRE(found.has_value());
        CHECK(found->project == "prj_2");
        CHECK(found->properties == before[2]);
        const auto plan = console::plan_retention(tx, "prj_1", std::nullopt, system_clock{}.now());
        REQUIRE(plan.has_value());
        CHECK(plan->events + plan->waiting == 31);
        return true;
    });
}

TEST_CASE("event rows: the stores of now work on what was there before", "[integration]") {
    old_database database;
    fill(database);
    database.migrate();
    const auto removed = database.in_one([](postgres::transaction& tx) {
        return normaliser::remove_expired(tx, system_clock{}.now());
    });
    CHECK(removed == 31);
    CHECK(database.text("SELECT count(*)::text FROM events WHERE project_id = 'prj_2'") == "60");
    const normaliser::attaching_user bob{
        .user_id = 900, .project = "prj_2", .user = "bob", .since = noon
    };
    const auto attached = database.in_one([&](postgres::transaction& tx) {
        return normaliser::attach_some(tx, {bob}, {}, {.of_user = 100, .of_all = 100})
            .events.size();
    });
    CHECK(attached == 40);
    CHECK(database.text("SELECT count(*)::text FROM events WHERE user_id = 900") == "40");
}

TEST_CASE("event rows: a process of the version before writes as it did", "[integration]") {
    old_database database;
    fill(database);
    database.migrate();
    const std::string insert =
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) SELECT n.* FROM (VALUES ('prj_4', md5('new')::uuid, 'eve', 'x',"
        " '{}', now(), timestamptz '2024-02-02 02:02Z')) AS n ON CONFLICT DO NOTHING";
    CHECK(database.run(insert) == 1);
    CHECK(database.run(insert) == 0);
    CHECK(
        database.text("SELECT historical::text FROM events WHERE project_id = 'prj_4'") == "false"
    );
    CHECK(
        database.run(
            "UPDATE events e SET user_id = 7, attached_at = now() WHERE e.project_id = 'prj_4'"
            " AND e.record_id = md5('new')::uuid AND e.user_id IS NULL"
        ) == 1
    );
    CHECK(
        database.text("SELECT user_id::text FROM event_rows WHERE external_user_id = 'eve'") == "7"
    );
    CHECK(
        database.run(
            "DELETE FROM events e USING (SELECT project_id, record_id, received_at"
            " FROM events WHERE user_id = 7 LIMIT 9) AS w WHERE e.project_id = w.project_id"
            " AND e.record_id = w.record_id AND e.received_at = w.received_at"
        ) == 1
    );
    CHECK(database.text("SELECT count(*)::text FROM events") == "180");
}
