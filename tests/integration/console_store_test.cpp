// Every store function of the console on a real Postgres, against the schema of the migrations.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/store/activity_store.hpp"
#include "console/store/audit_store.hpp"
#include "console/store/delivery_store.hpp"
#include "console/store/draft_store.hpp"
#include "console/store/endpoint_store.hpp"
#include "console/store/pipeline_store.hpp"
#include "console/store/project_store.hpp"
#include "console/store/rule_store.hpp"
#include "console/store/set_aside_store.hpp"
#include "postgres_fixture.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/past_noon.hpp"

using namespace vf::console;
using vf::instant;
using vf::postgres::transaction;

namespace {

const instant noon = vf::support::noon_yesterday();
const std::string noon_literal = vf::support::sql_literal(noon);

class console_database {
public:
    template <class Work>
    auto run(Work work) {
        auto done = base_.transact(*pool_, std::move(work));
        if (!done) {
            FAIL(done.error().code << " " << done.error().detail);
        }
        if constexpr (!std::is_void_v<std::invoke_result_t<Work, transaction&>>) {
            return std::move(*done);
        }
    }

    console_database() {
        const auto applied = vf::postgres::migrate(
            base_.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{30}
        );
        REQUIRE(applied);
        pool_ = base_.make_pool(base_.options());
        run([](transaction& tx) { insert_project(tx, {"prj_1", "one", noon}); });
    }

    void script(const std::string& statements) {
        run([&](transaction& tx) { tx.script(statements); });
    }

private:
    vf::postgres_tests::postgres_fixture base_;
    std::unique_ptr<vf::postgres::pool> pool_;
};

// Ids of every page of a list, two rows at a time.
template <class List>
std::vector<std::string> walk(console_database& database, List list) {
    std::vector<std::string> ids;
    page_request paging{2, std::nullopt};
    do {
        const auto part = database.run([&](transaction& tx) { return list(tx, paging); });
        CHECK(part.rows.size() <= 2);
        for (const auto& row : part.rows) {
            ids.push_back(row.place().id);
        }
        paging.after = part.next;
    } while (paging.after && ids.size() < 100);
    return ids;
}

using ids = std::vector<std::string>;

}  // namespace

TEST_CASE("console store: projects and keys are kept, listed and revoked") {
    console_database database;
    database.run([](transaction& tx) {
        insert_project(tx, {"prj_2", "two", noon + std::chrono::seconds{1}});
        insert_project(tx, {"prj_3", "three", noon + std::chrono::seconds{1}});
    });
    CHECK(database.run([](transaction& tx) { return has_project(tx, "prj_1"); }));
    CHECK_FALSE(database.run([](transaction& tx) { return has_project(tx, "prj_9"); }));
    CHECK(walk(database, list_projects) == ids{"prj_2", "prj_3", "prj_1"});

    database.run([](transaction& tx) {
        for (const std::string n : {"1", "2", "3"}) {
            insert_key(
                tx,
                {"key_" + n, "prj_1", "k", "digest" + n, "abcd", noon, std::nullopt, std::nullopt}
            );
        }
    });
    const auto keys = [](transaction& tx, const page_request& paging) {
        return list_keys(tx, "prj_1", paging);
    };
    CHECK(walk(database, keys) == ids{"key_1", "key_2", "key_3"});
    const auto revoke = [&](const std::string& project, instant timestamp) {
        return database.run([&](transaction& tx) {
            return revoke_key(tx, project, "key_2", timestamp);
        });
    };
    CHECK_FALSE(revoke("prj_2", noon));
    REQUIRE(revoke("prj_1", noon));
    CHECK(revoke("prj_1", noon + std::chrono::hours{1})->revoked_at == noon);

    database.run([](transaction& tx) {
        put_postmark(tx, {"prj_1", "u", "sealed"}, noon);
        put_postmark(tx, {"prj_1", "v", "again"}, noon);
    });
    CHECK(database.run([](transaction& tx) {
        return tx.query("SELECT username FROM postmark_credentials").at(0).text("username");
    }) == "v");
}

TEST_CASE("console store: endpoints are kept, found, listed and deleted") {
    console_database database;
    endpoint_row row;
    row.id = "ep_1";
    row.project = "prj_1";
    row.url = "https://example.com/";
    row.event_types = {"email.opened", "trigger.fired"};
    row.signature = "body";
    row.created_at = noon;
    database.run([&](transaction& tx) { insert_endpoint(tx, row, "sealed"); });
    database.script("INSERT INTO endpoint_states VALUES ('ep_1', NULL, now(), 'gone')");
    const auto find = [&](const std::string& project) {
        return database.run([&](transaction& tx) { return find_endpoint(tx, project, "ep_1"); });
    };
    const auto found = find("prj_1");
    REQUIRE(found);
    CHECK(found->event_types == row.event_types);
    CHECK(found->signature == "body");
    CHECK(found->disabled_reason == "gone");
    CHECK(found->disabled_at.has_value());
    CHECK_FALSE(find("prj_2"));
    const auto list = [](transaction& tx, const page_request& paging) {
        return list_endpoints(tx, "prj_1", paging);
    };
    CHECK(walk(database, list) == ids{"ep_1"});
    const auto remove = [&] {
        return database.run([](transaction& tx) {
            return delete_endpoint(tx, "prj_1", "ep_1", noon);
        });
    };
    CHECK(remove());
    CHECK_FALSE(remove());
    CHECK_FALSE(find("prj_1"));
    CHECK(walk(database, list).empty());
}

TEST_CASE("console store: a rule is activated once and paused") {
    console_database database;
    rule_row rule;
    rule.id = "rul_1";
    rule.project = "prj_1";
    rule.kind = "event";
    rule.preset = "welcome";
    rule.params = R"({"event":"user_signed_up"})";
    rule.state = "paused";
    rule.created_at = noon;
    database.run([&](transaction& tx) { insert_rule(tx, rule); });
    const auto activate = [&](const std::string& project, instant timestamp) {
        return database.run([&](transaction& tx) {
            return activate_rule(tx, project, "rul_1", timestamp);
        });
    };
    CHECK_FALSE(activate("prj_2", noon));
    const auto first = activate("prj_1", noon);
    REQUIRE(first);
    CHECK(first->state == "active");
    CHECK(first->active_from == noon);
    CHECK(activate("prj_1", noon + std::chrono::hours{1})->active_from == noon);
    const auto paused =
        database.run([](transaction& tx) { return pause_rule(tx, "prj_1", "rul_1"); });
    REQUIRE(paused);
    CHECK(paused->state == "paused");
    CHECK(
        activate("prj_1", noon + std::chrono::hours{2})->active_from == noon + std::chrono::hours{2}
    );
    CHECK(walk(database, [](transaction& tx, const page_request& paging) {
              return list_rules(tx, "prj_1", paging);
          }) == ids{"rul_1"});
}

TEST_CASE("console store: users, events and drafts are read as the pipeline wrote them") {
    console_database database;
    database.script(
        "INSERT INTO users (project_id, external_user_id, email, plan, traits, identified_at)"
        " VALUES ('prj_1', 'u1', 'a@b.co', 'pro', '{\"seats\": 5}', now()),"
        " ('prj_1', 'u2', NULL, NULL, '{}', now()), ('prj_1', 'ü', NULL, NULL, '{}', now());"
        "INSERT INTO user_facts SELECT user_id, now(), now(), '' FROM users;"
        "INSERT INTO events (project_id, record_id, external_user_id, user_id, name, properties,"
        " occurred_at, received_at, attached_at) SELECT 'prj_1',"
        " ('018f3c2e-0000-7000-8000-00000000000' || n)::uuid, 'u1',"
        " (SELECT user_id FROM users WHERE external_user_id = 'u1'),"
        " CASE WHEN n = 3 THEN 'b' ELSE 'a' END, '{ \"n\": 1.10 }', now(),"
        " " +
        noon_literal +
        ", now() FROM generate_series(1, 5) n;"
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) VALUES ('prj_1', '018f3c2e-0000-7000-8000-000000000006', 'u9',"
        " 'a', '{}', now(), " +
        noon_literal +
        ");"
        "INSERT INTO drafts VALUES ('drf_1', 'prj_1', 'rul_1', 'welcome', 1, 'u1',"
        " 'pending_review', NULL, " +
        noon_literal + "), ('drf_2', 'prj_1', 'rul_1', 'welcome', 2, 'u2', 'sent', 'm', " +
        noon_literal + ")"
    );
    const auto user = database.run([](transaction& tx) { return find_user(tx, "prj_1", "u1"); });
    REQUIRE(user);
    CHECK(user->email == "a@b.co");
    CHECK(user->traits == R"({"plan": "pro", "seats": 5})");
    CHECK(user->stage == "lead");
    CHECK(user->subscribed);
    CHECK_FALSE(database.run([](transaction& tx) { return find_user(tx, "prj_1", "u7"); }));
    CHECK(walk(database, [](transaction& tx, const page_request& paging) {
              return list_users(tx, "prj_1", paging);
          }).size() == 3);

    const auto events = [&](event_filter filter) {
        return walk(database, [&](transaction& tx, const page_request& paging) {
            return list_events(tx, "prj_1", filter, paging);
        });
    };
    const std::string uuid = "018f3c2e-0000-7000-8000-00000000000";
    CHECK(
        events({}) == ids{uuid + "1", uuid + "2", uuid + "3", uuid + "4", uuid + "5", uuid + "6"}
    );
    CHECK(events({"u1", "a"}) == ids{uuid + "1", uuid + "2", uuid + "4", uuid + "5"});
    CHECK(events({"u9", {}}) == ids{uuid + "6"});
    CHECK(events({{}, "b"}) == ids{uuid + "3"});
    CHECK(events({"nobody", {}}).empty());
    const auto event = database.run([&](transaction& tx) { return find_event(tx, uuid + "3"); });
    REQUIRE(event);
    CHECK(event->properties == R"({ "n": 1.10 })");
    CHECK(event->project == "prj_1");
    CHECK_FALSE(database.run([&](transaction& tx) { return find_event(tx, uuid + "9"); }));

    const auto drafts = [&](draft_filter filter) {
        return walk(database, [&](transaction& tx, const page_request& paging) {
            return list_drafts(tx, "prj_1", filter, paging);
        });
    };
    CHECK(drafts({}) == ids{"drf_1", "drf_2"});
    CHECK(drafts({"u2", {}}) == ids{"drf_2"});
    CHECK(drafts({{}, "pending_review"}) == ids{"drf_1"});
    const auto draft = database.run([](transaction& tx) { return find_draft(tx, "drf_2"); });
    REQUIRE(draft);
    CHECK(draft->message_id == "m");
}

TEST_CASE("console store: deliveries with their attempts, fires and outcomes of a draft") {
    console_database database;
    database.script(
        "INSERT INTO webhook_events VALUES ('evt_1', 'prj_1', 'email.opened', '{}', now());"
        "INSERT INTO deliveries (id, project_id, event_id, endpoint_id, type, state, attempts,"
        " next_attempt_at, created_at) VALUES ('dlv_1', 'prj_1', 'evt_1', 'ep_1', 'email.opened',"
        " 'pending', 1, now(), now()), ('dlv_2', 'prj_1', 'evt_1', 'ep_2',"
        " 'email.opened', 'dead', 8, NULL, now());"
        "INSERT INTO attempts VALUES ('dlv_1', 1, 2, 'ep_1', now(), '1.5 s', 'retry', NULL,"
        " 'timed_out', NULL, NULL), ('dlv_1', 1, 1, 'ep_1', now(), '12 ms', 'retry', 500, NULL,"
        " '127.0.0.1', '\\xff');"
        "INSERT INTO drafts VALUES ('drf_1', 'prj_1', 'rul_1', 'welcome', 1, 'u1', 'sent', 'm',"
        " now());"
        "INSERT INTO fires VALUES ('prj_1', 'rul_1', 1, 'once', 'fir_1', 'drf_1', now(),"
        " '{\"why\": 1}', NULL);"
        "INSERT INTO mail_outcomes VALUES ('prj_1', 'evt_1', 'email.opened', 1, 'drf_1', 'm', '{}',"
        " now(), now())"
    );
    const auto list = [&](delivery_filter filter) {
        return walk(database, [&](transaction& tx, const page_request& paging) {
            return list_deliveries(tx, "prj_1", filter, paging);
        });
    };
    CHECK(list({}) == ids{"dlv_1", "dlv_2"});
    CHECK(list({"evt_1", "ep_2", {}}) == ids{"dlv_2"});
    CHECK(list({{}, {}, "pending"}) == ids{"dlv_1"});
    CHECK(list({"evt_2", {}, {}}).empty());
    const auto found = database.run([](transaction& tx) { return find_delivery(tx, "dlv_1"); });
    REQUIRE(found);
    CHECK(found->state == "pending");
    CHECK(found->attempts == 1);
    const auto attempts = database.run([](transaction& tx) { return attempts_of(tx, "dlv_1"); });
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].status == 500);
    CHECK(attempts[0].took_microseconds == 12'000);
    CHECK(attempts[0].response_body == "\xff");
    CHECK(attempts[1].error == "timed_out");
    CHECK(attempts[1].took_microseconds == 1'500'000);
    CHECK(database.run([](transaction& tx) { return deliveries_of(tx, "evt_1"); }).size() == 2);
    const auto event =
        database.run([](transaction& tx) { return find_webhook_event(tx, "evt_1"); });
    REQUIRE(event);
    CHECK(event->body == "{}");

    const auto fire = database.run([](transaction& tx) { return find_fire_of_draft(tx, "drf_1"); });
    REQUIRE(fire);
    CHECK(fire->id == "fir_1");
    CHECK(fire->explain == R"({"why": 1})");
    const auto outcomes =
        database.run([](transaction& tx) { return outcomes_of_draft(tx, "drf_1"); });
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].event == "evt_1");
}

TEST_CASE("console store: a quarantine item is kept once, whole, and marked when replayed") {
    console_database database;
    quarantine_row row;
    row.id = "qtn_1";
    row.project = "prj_1";
    row.event = "evt_1";
    row.stage = "normalise";
    row.code = "invalid_property";
    row.field = "properties.a";
    row.detail = "d";
    row.original.topic = "vf.ingest";
    row.original.partition = 3;
    row.original.offset = 12;
    row.original.key = "prj_1:u1";
    row.original.value = std::string{"\x00\xff\x01", 3};
    row.original.headers = {{"traceparent", "00-a"}, {"raw", std::string{"\x00\xfe", 2}}};
    row.body = "\xff{}";
    row.received_at = noon;
    row.set_aside_at = noon + std::chrono::seconds{1};
    auto bare = row;
    bare.id = "qtn_2";
    bare.project.reset();
    bare.event.reset();
    bare.original.key.reset();
    bare.original.headers.clear();
    database.run([&](transaction& tx) {
        insert_quarantined(tx, row);
        insert_quarantined(tx, bare);
        auto other = row;
        other.code = "changed";
        insert_quarantined(tx, other);
    });
    const auto find = [&](const std::string& id) {
        return database.run([&](transaction& tx) { return find_quarantined(tx, id); });
    };
    const auto found = find("qtn_1");
    REQUIRE(found);
    CHECK(found->code == "invalid_property");
    CHECK(found->original.value == row.original.value);
    CHECK(found->original.key == row.original.key);
    CHECK(found->original.headers == row.original.headers);
    CHECK(found->original.source() == row.original.source());
    CHECK(found->body == row.body);
    CHECK(found->received_at == noon);
    CHECK(found->replays == 0);
    const auto plain = find("qtn_2");
    REQUIRE(plain);
    CHECK_FALSE(plain->project);
    CHECK_FALSE(plain->original.key);
    CHECK_FALSE(find("qtn_3"));
    CHECK(
        database.run([](transaction& tx) { return quarantined_of_event(tx, "evt_1"); }).size() == 1
    );

    database.run([](transaction& tx) { mark_replayed(tx, "qtn_1", noon); });
    CHECK(find("qtn_1")->replayed_at == noon);
    CHECK(find("qtn_1")->replays == 1);
    const auto list = [&](quarantine_filter filter) {
        return walk(database, [&](transaction& tx, const page_request& paging) {
            return list_quarantined(tx, filter, paging);
        });
    };
    CHECK(list({}) == ids{"qtn_2"});
    CHECK(list({"prj_1", {}, {}, "open"}).empty());
    CHECK(list({"prj_1", {}, {}, "replayed"}) == ids{"qtn_1"});
    CHECK(list({{}, "invalid_property", {}, "replayed"}) == ids{"qtn_1"});
    const auto groups =
        database.run([](transaction& tx) { return group_quarantined(tx, {}, {}); }).rows;
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].code == "invalid_property");
    CHECK(groups[0].field == "properties.a");
    CHECK(groups[0].count == 2);
    CHECK(groups[0].open == 1);
    CHECK(groups[0].samples == ids{"qtn_1", "qtn_2"});
}

TEST_CASE("console store: a dead letter is kept once and marked when its delivery is resent") {
    console_database database;
    const dead_letter_row row{"dlq_1",      "prj_1", "dlv_1",
                              "evt_1",      "ep_1",  "attempts_exhausted",
                              "status 500", 8,       noon,
                              std::nullopt, false};
    database.run([&](transaction& tx) {
        insert_dead_letter(tx, row);
        insert_dead_letter(tx, row);
    });
    const auto list = [&](dead_letter_filter filter) {
        return walk(database, [&](transaction& tx, const page_request& paging) {
            return list_dead_letters(tx, filter, paging);
        });
    };
    const auto state = [&] {
        return std::string{
            database.run([](transaction& tx) { return find_dead_letter(tx, "dlq_1"); })->state()
        };
    };
    const auto in_state = [&](const std::string& expected) {
        for (const auto each : dead_letter_states) {
            INFO(each);
            const auto found = list({"prj_1", "ep_1", std::string{each}});
            CHECK(found == (each == expected ? ids{"dlq_1"} : ids{}));
        }
        CHECK(state() == expected);
    };
    in_state("open");
    CHECK(list({}) == ids{"dlq_1"});
    database.run([](transaction& tx) { mark_resent(tx, "dlv_1", noon); });
    in_state("resent");
    CHECK(list({}).empty());
    database.run([](transaction& tx) {
        tx.script(
            "INSERT INTO webhook_events VALUES ('evt_1', 'prj_1', 'email.opened', '{}', now());"
            "INSERT INTO deliveries (id, project_id, event_id, endpoint_id, type, state, attempts,"
            " created_at) VALUES ('dlv_1', 'prj_1', 'evt_1', 'ep_1', 'email.opened', 'delivered',"
            " 1, now())"
        );
    });
    in_state("delivered");
    const auto found = database.run([](transaction& tx) { return find_dead_letter(tx, "dlq_1"); });
    REQUIRE(found);
    CHECK(found->resent_at == noon);
    CHECK(found->attempts == 8);
}

TEST_CASE("console store: the audit is listed newest first") {
    console_database database;
    database.run([](transaction& tx) {
        write_audit(tx, {"admin", "a", "t1", "why", R"({"x": 1})"}, noon);
        write_audit(tx, {"admin", "b", "t2", std::nullopt, "{}"}, noon);
        write_audit(tx, {"admin", "c", "t1", std::nullopt, "{}"}, noon);
    });
    const auto list = [](transaction& tx, const page_request& paging) {
        return list_audit(tx, std::nullopt, paging);
    };
    CHECK(walk(database, list) == ids{"3", "2", "1"});
    const auto of_one = database.run([](transaction& tx) { return list_audit(tx, "t1", {}); });
    REQUIRE(of_one.rows.size() == 2);
    CHECK(of_one.rows[1].entry.reason == "why");
    CHECK(of_one.rows[1].entry.detail == R"({"x": 1})");
    CHECK(of_one.rows[1].timestamp == noon);
}

TEST_CASE("console store: the pipeline tells what waits past its time, and since when") {
    console_database database;
    const vf::duration second = std::chrono::seconds{1};
    database.script(
        "INSERT INTO user_due VALUES (1, 'prj_1', '-infinity'), (2, 'prj_1',"
        " " +
        vf::support::sql_literal(noon - 30 * second) + "), (3, 'prj_1', " +
        vf::support::sql_literal(noon + second) +
        ");"
        "INSERT INTO events (project_id, record_id, external_user_id, name, properties,"
        " occurred_at, received_at) VALUES ('prj_1', '018f3c2e-0000-7000-8000-000000000006', 'u9',"
        " 'a', '{}', now(), " +
        vf::support::sql_literal(noon - 3'600 * second) + ")"
    );
    const auto stages = database.run([](transaction& tx) { return read_pipeline(tx, noon); });
    REQUIRE(stages.size() == 6);
    CHECK(stages[0].stage == "evaluate");
    CHECK(stages[0].waiting == 2);
    CHECK(stages[0].oldest_seconds == 30);
    CHECK(stages[2].stage == "deliver");
    CHECK(stages[2].waiting == 0);
    CHECK(stages[2].oldest_seconds == 0);
    CHECK(stages[3].stage == "attach");
    CHECK(stages[3].waiting == 1);
    CHECK(stages[3].oldest_seconds == 3600);
}
