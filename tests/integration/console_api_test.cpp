// Every write of the console API is answered as promised, published where it must be, and audited.
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "console_fixture.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using vf::console_tests::console_fixture;
using vf::console_tests::noon;

TEST_CASE("console api: nobody without the token, and 404 for what is not there") {
    console_fixture api;
    CHECK(api.send("GET", "/v1/projects", "", "wrong").status == 401);
    CHECK(api.send("GET", "/v1/nothing", "", "wrong").status == 401);
    CHECK(api.send("GET", "/v1/nothing").status == 404);
    CHECK(api.send("GET", "/v1/projects").status == 200);
    CHECK(api.send("PATCH", "/v1/projects").status == 405);
    for (const std::string path :
         {"/v1/projects/prj_9/keys", "/v1/projects/prj_9/endpoints", "/v1/projects/prj_9/rules",
          "/v1/projects/prj_9/users", "/v1/projects/prj_9/users/u", "/v1/projects/prj_9/events",
          "/v1/projects/prj_9/drafts", "/v1/projects/prj_9/deliveries", "/v1/deliveries/dlv_9",
          "/v1/quarantine/items/qtn_9", "/v1/lifeline/evt_9", "/v1/lifeline/drf_9"}) {
        CAPTURE(path);
        const auto refused = api.send("GET", path);
        CHECK(refused.status == 404);
        CHECK(refused.at("errors.0.code") == "not_found");
    }
    CHECK(api.number("SELECT count(*) FROM audit") == 0);
}

TEST_CASE("console api: a project comes with its presets, paused, keys and endpoints follow") {
    console_fixture api;
    const auto project = api.make_project();
    const std::string base = "/v1/projects/" + project;
    const auto rules = api.send("GET", base + "/rules");
    CHECK(rules.at("data.0.state") == "paused");
    const auto rule = rules.at("data.0.id");
    CHECK(
        api.send("POST", base + "/rules/" + rule + "/activate", R"({"scope":"all"})").status == 422
    );
    const auto active =
        api.send("POST", base + "/rules/" + rule + "/activate", R"({"scope":"future"})");
    CHECK(active.status == 200);
    CHECK(active.at("data.state") == "active");
    CHECK(api.send("POST", base + "/rules/" + rule + "/pause").at("data.state") == "paused");

    const auto key = api.send("POST", base + "/keys", R"({"name":"live"})");
    CHECK(key.status == 201);
    CHECK(key.at("data.secret").starts_with("sk_live_"));
    CHECK(key.at("data.secret").ends_with(key.at("data.last4")));
    const auto revoked = api.send("DELETE", base + "/keys/" + key.at("data.id") + "?reason=leak");
    CHECK(revoked.status == 200);
    CHECK(revoked.at("data.revoked_at") == vf::format_milliseconds(noon));

    const auto endpoint = api.send(
        "POST", base + "/endpoints",
        R"({"url":"http://127.0.0.1:9/","event_types":["email.opened"]})"
    );
    CHECK(endpoint.status == 201);
    CHECK(endpoint.at("data.secret").size() == 6 + 44);
    const auto refused = api.send(
        "POST", base + "/endpoints", R"({"url":"http://10.0.0.1/","event_types":["email.opened"]})"
    );
    CHECK(refused.status == 422);
    CHECK(refused.at("errors.0.field") == "url");
    const auto answer = api.send("GET", base + "/endpoints/" + endpoint.at("data.id"));
    CHECK(answer.at("data.secret") == "absent");
    CHECK(
        api.number("SELECT count(*) FROM endpoints WHERE secret_sealed::text LIKE '%whsec%'") == 0
    );
    CHECK(api.send("DELETE", base + "/endpoints/" + endpoint.at("data.id")).status == 200);

    CHECK(api.send("PUT", base + "/postmark", R"({"username":"u","password":"p"})").status == 200);
    CHECK(
        api.send("PUT", base + "/postmark", R"({"username":"a:b","password":"p"})").status == 422
    );
    // project, rule twice, key twice, endpoint twice, postmark
    CHECK(api.number("SELECT count(*) FROM audit WHERE actor = 'admin'") == 8);
    CHECK(api.number("SELECT count(*) FROM audit WHERE reason = 'leak'") == 1);
    CHECK(api.number("SELECT count(*) FROM audit WHERE detail::text LIKE '%secret%'") == 0);
}

TEST_CASE("console api: a resend is published under its endpoint, with an id of its own") {
    console_fixture api;
    const auto project = api.make_project();
    api.script(
        "INSERT INTO webhook_events VALUES ('evt_1', '" + project +
        "', 'email.opened', '{}', now());"
        "INSERT INTO deliveries (id, project_id, event_id, endpoint_id, type, state, attempts,"
        " created_at) VALUES ('dlv_1', '" +
        project +
        "', 'evt_1', 'ep_1', 'email.opened', 'dead', 8, now());"
        "INSERT INTO dead_letters VALUES ('dlq_1', '" +
        project + "', 'dlv_1', 'evt_1', 'ep_1', 'attempts_exhausted', 'status 500', 8, now())"
    );
    const std::string path = "/v1/deliveries/dlv_1/resend";
    CHECK(api.send("POST", "/v1/deliveries/dlv_9/resend", R"({"reason":"r"})").status == 404);
    CHECK(api.send("POST", path, "{}").at("errors.0.field") == "reason");
    CHECK(api.sink.records.empty());

    api.sink.unavailable = true;
    CHECK(api.send("POST", path, R"({"reason":"r"})").status == 503);
    CHECK(api.number("SELECT count(*) FROM dead_letters WHERE resent_at IS NULL") == 1);
    api.sink.unavailable = false;

    const auto done = api.send("POST", path, R"({"reason":"the receiver is back"})");
    CHECK(done.status == 202);
    REQUIRE(api.sink.records.size() == 1);
    const auto nudge = vf::wire::decode_nudge(api.sink.records[0]);
    REQUIRE(nudge);
    CHECK(api.sink.records[0].topic == vf::wire::topic::deliveries);
    CHECK(nudge->delivery.text == "dlv_1");
    CHECK(nudge->endpoint.text == "ep_1");
    CHECK(nudge->resend_id == done.at("data.resend_id"));
    CHECK(nudge->due_at == noon);
    CHECK(api.number("SELECT count(*) FROM dead_letters WHERE resent_at IS NOT NULL") == 1);
    CHECK(
        api.number("SELECT count(*) FROM audit WHERE action = 'delivery.resend' AND"
                   " reason = 'the receiver is back'") == 1
    );

    const auto again = api.send("POST", "/v1/dead-letters/items/dlq_1/replay", R"({"reason":"r"})");
    CHECK(again.status == 202);
    REQUIRE(api.sink.records.size() == 2);
    CHECK(vf::wire::decode_nudge(api.sink.records[1])->resend_id != nudge->resend_id);

    const auto line = api.send("GET", "/v1/lifeline/evt_1");
    CHECK(line.at("data.kind") == "webhook_event");
    CHECK(line.at("data.deliveries.0.state") == "dead");
}

TEST_CASE("console api: a corrected replay is published before the item is marked") {
    console_fixture api;
    const auto project = api.make_project();
    api.script(
        "INSERT INTO quarantine_items (id, project_id, stage, code, field, detail, topic, "
        "partition,"
        " \"offset\", value, headers, body, received_at, set_aside_at, fingerprint)"
        " VALUES ('qtn_1', NULL,"
        " 'normalise', 'undecodable_record', '', '', 'vf.ingest', 0, 1, '\\xff', '[]', '\\xff',"
        " now(), now(), 'v1:x')"
    );
    const std::string path = "/v1/quarantine/items/qtn_1/replay";
    const auto body = [&](const std::string& text) {
        return R"({"reason":"fixed","project":")" + text +
               R"(","body":{"external_user_id":"u1","name":"clicked"}})";
    };
    CHECK(api.send("GET", "/v1/quarantine/items?project=prj_9").at("data.0") == "absent");
    CHECK(api.send("GET", "/v1/quarantine/items").at("data.0.body_base64") == "/w==");
    CHECK(api.send("POST", path, R"({"reason":"r"})").at("errors.0.field") == "project");
    CHECK(api.send("POST", path, body("prj_9")).at("errors.0.field") == "project");
    CHECK(api.number("SELECT count(*) FROM audit WHERE action = 'quarantine.replay'") == 0);

    api.sink.unavailable = true;
    CHECK(api.send("POST", path, body(project)).status == 503);
    CHECK(api.number("SELECT replays FROM quarantine_items") == 0);
    api.sink.unavailable = false;

    const auto done = api.send("POST", path, body(project));
    CHECK(done.status == 202);
    REQUIRE(api.sink.records.size() == 1);
    CHECK(api.sink.records[0].topic == vf::wire::topic::ingest_backfill);
    const auto message = vf::wire::decode_ingest(api.sink.records[0]);
    REQUIRE(message);
    CHECK(message->body == R"({"external_user_id":"u1","name":"clicked"})");
    CHECK(message->project.text == project);
    CHECK(done.at("data.event_id") == vf::domain::event_id_of(message->id).text);
    CHECK(
        api.number("SELECT count(*) FROM quarantine_items WHERE replays = 1 AND"
                   " replayed_at IS NOT NULL AND body = '\\xff'") == 1
    );
    CHECK(
        api.number("SELECT count(*) FROM audit WHERE action = 'quarantine.replay' AND"
                   " detail->>'body' LIKE '%clicked%'") == 2
    );
    CHECK(api.send("GET", "/v1/pipeline").status == 200);
    CHECK(api.send("GET", "/v1/audit?limit=501").at("errors.0.field") == "limit");
}
