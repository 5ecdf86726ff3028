// One user erased by all services on one schema: what each removes, and what comes late.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/store/erasure_store.hpp"
#include "master_key.hpp"
#include "normaliser/upkeep/erasures.hpp"
#include "normaliser_fixture.hpp"
#include "trigger-evaluator/erasures.hpp"
#include "vf/crypto/sealed_secret.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/erasures.hpp"
#include "webhook-dispatcher/fan_out/fan_out_sql.hpp"

namespace {

using namespace vf;
using namespace vf::normaliser_tests;

// The batch of the fixture is received at noon.
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

// Slices until nothing is left to do; whether there was any.
template <class Slice>
bool erase_all(normaliser_fixture& fixture, Slice slice) {
    bool any = false;
    while (in_one(fixture, slice)) {
        any = true;
    }
    return any;
}

bool normalise_erasures(normaliser_fixture& fixture) {
    return erase_all(fixture, [](postgres::transaction& tx) { return normaliser::erase_next(tx); });
}

bool evaluate_erasures(normaliser_fixture& fixture) {
    return erase_all(fixture, [](postgres::transaction& tx) {
        return trigger_evaluator::erase_next(tx);
    });
}

bool dispatch_erasures(normaliser_fixture& fixture) {
    return erase_all(fixture, [](postgres::transaction& tx) {
        return webhook_dispatcher::erase_next(tx);
    });
}

bool console_erasures(normaliser_fixture& fixture) {
    return erase_all(fixture, [](postgres::transaction& tx) {
        return console::erase_next(tx, support::master_key);
    });
}

void erase(
    normaliser_fixture& fixture, const std::string& id, const std::string& user, instant when
) {
    ask_for(fixture, id, user, when);
    CHECK(normalise_erasures(fixture));
    CHECK(evaluate_erasures(fixture));
    CHECK(dispatch_erasures(fixture));
    CHECK(console_erasures(fixture));
}

normaliser::user_change later_user(int number, const std::string& user, instant received) {
    auto change = user_of(number, user);
    change.received_at = received;
    return change;
}

wire::webhook_event webhook(const std::string& id, const std::string& user, instant created) {
    wire::webhook_event event;
    event.project = project;
    event.id = domain::event_id{id};
    event.type = "email.opened";
    event.body = R"({"data":{"externalUserId":")" + user + R"("}})";
    event.created_at = created;
    return event;
}

void fan_out(normaliser_fixture& fixture, const std::vector<wire::webhook_event>& events) {
    in_one(fixture, [&](postgres::transaction& tx) {
        return webhook_dispatcher::fan_out_in(tx, events, vf::duration{0}).nudges.size();
    });
}

void insert_project(normaliser_fixture& fixture) {
    fixture.run("INSERT INTO projects (id, name, created_at) VALUES ('prj_1', 'one', now())");
}

}  // namespace

TEST_CASE("erasure: the normaliser keeps nothing of the user and everything of others") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada", {{"email", R"("ada@example.com")"}}), user_of(2, "bob")}, {});
    fixture.write({}, {event_of(3, "ada"), event_of(4, "bob")});
    fixture.run(
        "INSERT INTO mail_outcomes SELECT project_id, 'evt_' || user_id, 'email.opened', user_id,"
        " NULL, 'm', '{}', now(), now() FROM users"
    );
    erase(fixture, "era_1", "ada", noon + minute);
    CHECK_FALSE(normalise_erasures(fixture));
    for (const std::string table : {"users", "user_due", "user_facts", "events", "mail_outcomes"}) {
        INFO(table);
        CHECK(fixture.query_text("SELECT count(*) FROM " + table) == "1");
    }
    CHECK(fixture.query_text("SELECT external_user_id FROM users") == "bob");
    CHECK(
        fixture.query_text("SELECT rows_removed FROM erasure_steps WHERE service = 'normaliser'") ==
        "5"
    );
}

TEST_CASE("erasure: events that wait for the user go too") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({}, {event_of(1, "ada"), event_of(2, "bob")});
    erase(fixture, "era_1", "ada", noon + minute);
    CHECK(fixture.query_text("SELECT string_agg(external_user_id, ',') FROM events") == "bob");
}

TEST_CASE("erasure: what was received before it changes nothing however late it is read") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    erase(fixture, "era_1", "ada", noon + minute);
    const auto late = fixture.write({user_of(2, "ada")}, {event_of(3, "ada"), event_of(4, "bob")});
    CHECK(late.erased == 2);
    CHECK(late.users == 0);
    CHECK(late.events == 1);
    CHECK(fixture.query_text("SELECT count(*) FROM users") == "0");
    CHECK(fixture.query_text("SELECT string_agg(external_user_id, ',') FROM events") == "bob");
}

TEST_CASE("erasure: what was received in the very instant of it is of the time before") {
    normaliser_fixture fixture;
    insert_project(fixture);
    erase(fixture, "era_1", "ada", noon);
    CHECK(fixture.write({user_of(1, "ada")}, {}).erased == 1);
    CHECK(fixture.write({later_user(2, "ada", noon + vf::duration{1})}, {}).users == 1);
}

TEST_CASE("erasure: who is identified after it is a new user") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada", {{"plan", R"("pro")"}})}, {event_of(2, "ada")});
    const auto before = fixture.query_text("SELECT user_id FROM users");
    erase(fixture, "era_1", "ada", noon + minute);
    const auto written = fixture.write({later_user(3, "ada", noon + 2 * minute)}, {});
    CHECK(written.users == 1);
    CHECK(fixture.query_text("SELECT user_id FROM users") != before);
    CHECK(fixture.query_text("SELECT plan FROM users").empty());
    CHECK(fixture.query_text("SELECT count(*) FROM events") == "0");
}

TEST_CASE("erasure: under a number that was known nothing more is written") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    CHECK(fixture.write({}, {event_of(2, "ada")}).events == 1);
    erase(fixture, "era_1", "ada", noon + minute);
    auto later = event_of(3, "ada");
    later.received_at = noon + 2 * minute;
    CHECK(fixture.write({}, {later}).events == 1);
    CHECK(fixture.query_text("SELECT count(*) FROM events") == "1");
    CHECK(fixture.query_text("SELECT count(*) FROM events WHERE user_id IS NULL") == "1");
}

TEST_CASE("erasure: what is new waits until the old user is gone, and the wait ends by itself") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada", {{"plan", R"("pro")"}})}, {});
    ask_for(fixture, "era_1", "ada", noon + minute);
    const auto again = [&] {
        normaliser::ingest_batch batch{{later_user(2, "ada", noon + 2 * minute)}, {}};
        return support::run_task(fixture.events(), fixture.store().write(std::move(batch), noon));
    };
    const auto first = again();
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().is_transient());
    CHECK(first.error().code == "erasure_under_way");
    const auto second = again();
    REQUIRE(second.has_value());
    CHECK(second->users == 1);
    CHECK(fixture.query_text("SELECT plan FROM users").empty());
}

TEST_CASE("erasure: fires and drafts of the user go once the user is gone, a later user's stay") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada"), user_of(2, "bob")}, {});
    const auto fire = [&](const std::string& user, const std::string& id) {
        fixture.run(
            "INSERT INTO fires SELECT project_id, 'rul_1', user_id, 'o', 'fir_" + id +
            "',"
            " 'drf_" +
            id + "', now(), '{}' FROM users WHERE external_user_id = '" + user +
            "';"
            "INSERT INTO drafts SELECT 'drf_" +
            id +
            "', project_id, 'rul_1', 'welcome', user_id,"
            " external_user_id, 'pending_review', NULL, now() FROM users"
            " WHERE external_user_id = '" +
            user + "'"
        );
    };
    fire("ada", "1");
    fire("bob", "2");
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK_FALSE(evaluate_erasures(fixture));
    CHECK(in_one(fixture, [](postgres::transaction& tx) { return normaliser::erase_next(tx); }));
    fixture.write({later_user(3, "ada", noon + 2 * minute)}, {});
    fire("ada", "3");
    CHECK(evaluate_erasures(fixture));
    CHECK(
        fixture.query_text("SELECT string_agg(id, ',' ORDER BY id) FROM drafts") == "drf_2,drf_3"
    );
    CHECK(
        fixture.query_text("SELECT string_agg(fire_id, ',' ORDER BY fire_id) FROM fires") ==
        "fir_2,fir_3"
    );
}

TEST_CASE("erasure: webhooks about the user go with deliveries and attempts") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.run(
        "INSERT INTO endpoints (id, project_id, url, event_types, secret_sealed, created_at)"
        " VALUES ('ep_1', 'prj_1', 'https://a', '{email.opened}', '', now())"
    );
    fan_out(fixture, {webhook("evt_1", "ada", noon), webhook("evt_2", "bob", noon)});
    CHECK(fixture.query_text("SELECT count(*) FROM deliveries") == "2");
    fixture.run(
        "INSERT INTO attempts SELECT id, 1, 1, endpoint_id, now(), '1s', 'retry', 500"
        " FROM deliveries;"
        "INSERT INTO dead_letters SELECT 'dlq_' || d.event_id, d.project_id, d.id, d.event_id,"
        " d.endpoint_id, 'x', 'x', 1, now(), NULL, e.person"
        " FROM deliveries d JOIN webhook_events e USING (event_id)"
    );
    erase(fixture, "era_1", "ada", noon + minute);
    CHECK(fixture.query_text("SELECT string_agg(event_id, ',') FROM webhook_events") == "evt_2");
    CHECK(fixture.query_text("SELECT string_agg(event_id, ',') FROM deliveries") == "evt_2");
    CHECK(fixture.query_text("SELECT count(*) FROM attempts") == "1");
    CHECK(fixture.query_text("SELECT string_agg(event_id, ',') FROM dead_letters") == "evt_2");

    // One that comes late is not taken; one of the time after is.
    const auto after = noon + std::chrono::days{3};
    fan_out(fixture, {webhook("evt_3", "ada", noon), webhook("evt_4", "ada", after)});
    CHECK(
        fixture.query_text("SELECT string_agg(event_id, ',' ORDER BY event_id) FROM webhook_events"
        ) == "evt_2,evt_4"
    );
}

TEST_CASE("erasure: items of the quarantine go by key, and those of mail by address") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada", {{"email", R"("ada@example.com")"}})}, {});
    fixture.run("UPDATE users SET email = 'Ada@example.com'");
    const auto item = [&](const std::string& id, const std::string& stage, const std::string& key,
                          const std::string& body) {
        fixture.run(
            "INSERT INTO quarantine_items (id, project_id, stage, code, field, detail, topic,"
            " partition, \"offset\", key, value, headers, body, received_at, set_aside_at,"
            " fingerprint) VALUES ('" +
            id + "', 'prj_1', '" + stage +
            "', 'x', '', '', 't', 0,"
            " 0, '" +
            key + "', '', '[]', '" + body + "', " + minute_literal(0) + ", now(), 'v1:x')"
        );
        if (stage == "mail") {
            fixture.run("UPDATE quarantine_items SET topic = 'vf.mail' WHERE id = '" + id + "'");
        }
    };
    item("qtn_1", "normalise", "prj_1:ada", "{}");
    item("qtn_2", "normalise", "prj_1:bob", "{}");
    item("qtn_3", "mail", "prj_1:m1", R"({"Recipient":"ADA@example.com"})");
    item("qtn_4", "mail", "prj_1:m2", R"({"Recipient":"not-ada@example.com"})");
    fixture.run(
        "INSERT INTO audit (at, actor, action, target, detail) VALUES"
        R"((now(), 'o', 'quarantine.replay', 'qtn_1', '{"body": "hers", "project_id": "p"}'),)"
        R"((now(), 'o', 'quarantine.replay', 'qtn_2', '{"body": "his"}'))"
    );
    erase(fixture, "era_1", "ada", noon + minute);
    CHECK(
        fixture.query_text("SELECT string_agg(id, ',' ORDER BY id) FROM quarantine_items") ==
        "qtn_2,qtn_4"
    );
    CHECK(
        fixture.query_text("SELECT detail FROM audit WHERE target = 'qtn_1'") ==
        R"({"project_id": "p"})"
    );
    CHECK(fixture.query_text("SELECT detail->>'body' FROM audit WHERE target = 'qtn_2'") == "his");
    const std::optional<std::string> key{"prj_1:ada"};
    in_one(fixture, [&](postgres::transaction& tx) {
        CHECK(console::hold_erasures(tx));
        CHECK(console::is_erased(tx, key, noon));
        CHECK_FALSE(console::is_erased(tx, key, noon + 2 * minute));
        CHECK_FALSE(console::is_erased(tx, std::nullopt, noon));
        return true;
    });
}

TEST_CASE("erasure: what was done with drafts of the user goes once the drafts are gone") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada"), user_of(2, "bob")}, {});
    // More of others than one slice looks at, before hers and behind.
    fixture.run(
        "INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id, status,"
        " created_at) SELECT 'drf_' || n, 'prj_1', 'rul_1', 'welcome', u.user_id,"
        " u.external_user_id, 'pending_review', now() FROM generate_series(10000, 14999) n"
        " JOIN users u ON u.external_user_id = CASE WHEN n % 2500 = 2400 THEN 'ada' ELSE 'bob' END;"
        "INSERT INTO draft_actions (project_id, draft_id, action, actor, reason, acted_at)"
        " SELECT 'prj_1', id, action, 'o', 'r', now() FROM drafts,"
        " unnest(ARRAY['approve', 'cancel']) action"
    );
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(normalise_erasures(fixture));
    CHECK(dispatch_erasures(fixture));
    // Her drafts are there still: not before the evaluator.
    CHECK_FALSE(console_erasures(fixture));
    CHECK(evaluate_erasures(fixture));
    CHECK(fixture.query_text("SELECT count(*)::text FROM draft_actions") == "10000");
    CHECK(console_erasures(fixture));
    CHECK(fixture.query_text("SELECT count(*)::text FROM draft_actions") == "9996");
    CHECK(
        fixture.query_text("SELECT count(*)::text FROM draft_actions WHERE draft_id IN"
                           " ('drf_12400', 'drf_14900')") == "0"
    );
    CHECK(
        fixture.query_text("SELECT rows_removed::text FROM erasure_steps"
                           " WHERE service = 'console'") == "4"
    );
}

TEST_CASE("erasure: it is finished when every service is done, and then forgets the name") {
    normaliser_fixture fixture;
    insert_project(fixture);
    fixture.write({user_of(1, "ada")}, {});
    const auto finish = [&] {
        return in_one(fixture, [](postgres::transaction& tx) {
            return console::finish_erasures(tx, noon + minute);
        });
    };
    ask_for(fixture, "era_1", "ada", noon + minute);
    CHECK(finish() == 0);
    CHECK(normalise_erasures(fixture));
    CHECK(evaluate_erasures(fixture));
    CHECK(dispatch_erasures(fixture));
    CHECK(finish() == 0);
    CHECK(console_erasures(fixture));
    CHECK(finish() == 1);
    CHECK(finish() == 0);
    const auto row = in_one(fixture, [](postgres::transaction& tx) {
        return console::find_erasure(tx, "prj_1", "era_1");
    });
    REQUIRE(row.has_value());
    CHECK_FALSE(row->external_user_id.has_value());
    CHECK(row->finished_at == noon + minute);
    CHECK(row->steps.size() == 4);
    // It is known by the digest still.
    CHECK(fixture.write({user_of(2, "ada")}, {}).erased == 1);
}
