// What every read of the console API answers for the same rows, byte for byte: dashboards and
// scripts depend on names, order and spelling.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console_fixture.hpp"

namespace {

using vf::console_tests::console_fixture;

const std::string noon_text = vf::format_milliseconds(vf::console_tests::noon);

// With the time of the test in the place of NOON.
std::string dated(std::string text) {
    for (auto found = text.find("NOON"); found != std::string::npos; found = text.find("NOON")) {
        text.replace(found, 4, noon_text);
    }
    return text;
}

constexpr auto configuration = R"(
INSERT INTO projects (id, name, created_at, limit_single) VALUES ('prj_1', 'one', 'NOON', 7);
INSERT INTO api_keys VALUES ('key_1', 'prj_1', 'live', '\x01', 'abcd', 'NOON', NULL);
INSERT INTO api_key_uses VALUES ('key_1', 'NOON');
INSERT INTO endpoints (id, project_id, url, event_types, signature, secret_sealed, created_at)
    VALUES ('ep_1', 'prj_1', 'https://example.com/', ARRAY['email.opened', 'trigger.fired'],
            'body', '\x02', 'NOON');
INSERT INTO endpoint_states VALUES ('ep_1', NULL, 'NOON', 'gone');
INSERT INTO rules (id, project_id, kind, preset, params, created_at)
    VALUES ('rul_1', 'prj_1', 'event', 'welcome', '{}', 'NOON');
INSERT INTO audit ("at", actor, action, target, reason, detail)
    VALUES ('NOON', 'admin', 'key.create', 'key_1', 'why', '{"last4": "abcd"}');
INSERT INTO erasures (id, project_id, person, external_user_id, requested_at, finished_at, reason)
    VALUES ('era_1', 'prj_1', '\x03', 'u8', 'NOON', NULL, 'on request');
INSERT INTO erasure_steps (erasure_id, service, done_at, rows_removed)
    VALUES ('era_1', 'console', 'NOON', 4);
)";

constexpr auto activity = R"(
INSERT INTO users (project_id, external_user_id, email, plan, traits, identified_at)
    VALUES ('prj_1', 'u1', 'a@b.co', 'pro', '{"seats": 5}', 'NOON');
INSERT INTO user_facts SELECT user_id, 'NOON', 'NOON', '' FROM users;
INSERT INTO events (project_id, record_id, external_user_id, user_id, name, properties,
                    occurred_at, received_at, attached_at)
    SELECT 'prj_1', '018f3c2e-0000-7000-8000-000000000001', 'u1', user_id, 'feature_used',
           '{ "n": 1.10 }', 'NOON', 'NOON', NULL FROM users;
INSERT INTO drafts SELECT 'drf_1', 'prj_1', 'rul_1', 'welcome', user_id, 'u1', 'scheduled', NULL,
                          'NOON' FROM users;
INSERT INTO draft_actions VALUES ('prj_1', 'drf_1', 'sent', 'm', 'NOON', 'admin', NULL, 'NOON');
INSERT INTO fires SELECT 'prj_1', 'rul_1', user_id, 'once', 'fir_1', 'drf_1', 'NOON',
                         '{"why": 1}', NULL FROM users;
INSERT INTO mail_outcomes SELECT 'prj_1', 'evt_1', 'email.opened', user_id, 'drf_1', 'm', '{}',
                                 'NOON', 'NOON' FROM users;
INSERT INTO webhook_events (event_id, project_id, type, body, created_at)
    VALUES ('evt_1', 'prj_1', 'email.opened', '{}', 'NOON');
INSERT INTO deliveries (id, project_id, event_id, endpoint_id, type, state, attempts, created_at,
                        settled_at)
    VALUES ('dlv_1', 'prj_1', 'evt_1', 'ep_1', 'email.opened', 'dead', 8, 'NOON', 'NOON');
INSERT INTO attempts VALUES ('dlv_1', 1, 1, 'ep_1', 'NOON', '12 ms', 'retry', 500, NULL,
                             '127.0.0.1', '\xff');
)";

constexpr auto set_aside = R"(
INSERT INTO dead_letters VALUES ('dlq_1', 'prj_1', 'dlv_1', 'evt_1', 'ep_1',
                                 'attempts_exhausted', 'status 500', 8, 'NOON');
INSERT INTO quarantine_items (id, project_id, event_id, stage, code, field, detail, topic,
                              partition, "offset", key, value, headers, body, received_at,
                              set_aside_at, fingerprint)
    VALUES ('qtn_1', 'prj_1', 'evt_2', 'normalise', 'invalid_property', 'properties.a', 'd',
            'vf.ingest', 3, 12, 'prj_1:u1', '\x01', '[["traceparent", "MDA="]]', '{"a":1}',
            'NOON', 'NOON', 'v1:x');
)";

struct read_case {
    std::string target;
    std::string answer;
};

const std::vector<read_case> reads{
    {"/v1/projects", R"({"data":[{"id":"prj_1","name":"one","limits":{"single":7,"batch":null,)"
                     R"("bulk":null},"require_idempotency_key":false,"retention_days":null,)"
                     R"("created_at":"NOON"}],"meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1",
     R"({"data":{"id":"prj_1","name":"one","limits":{"single":7,"batch":null,"bulk":null},)"
     R"("require_idempotency_key":false,"retention_days":null,"created_at":"NOON"}})"},
    {"/v1/projects/prj_1/retention",
     R"({"data":{"days":null,"before":null,"tables":[{"table":"events","which":"attached",)"
     R"("rows":0},{"table":"events","which":"waiting","rows":0}],"oldest":null}})"},
    {"/v1/projects/prj_1/keys",
     R"({"data":[{"id":"key_1","name":"live","last4":"abcd","created_at":"NOON",)"
     R"("revoked_at":null,"last_used_at":"NOON"}],"meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/endpoints",
     R"({"data":[{"id":"ep_1","url":"https://example.com/","event_types":["email.opened",)"
     R"("trigger.fired"],"signature":"body","created_at":"NOON","paused_until":null,)"
     R"("disabled_at":"NOON","disabled_reason":"gone"}],"meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/endpoints/ep_1",
     R"({"data":{"id":"ep_1","url":"https://example.com/","event_types":["email.opened",)"
     R"("trigger.fired"],"signature":"body","created_at":"NOON","paused_until":null,)"
     R"("disabled_at":"NOON","disabled_reason":"gone"}})"},
    {"/v1/projects/prj_1/rules",
     R"({"data":[{"id":"rul_1","kind":"event","preset":"welcome","state":"paused"}],)"
     R"("meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/users",
     R"({"data":[{"external_user_id":"u1","email":"a@b.co","name":null,)"
     R"("traits":{"plan": "pro", "seats": 5},"stage":"lead","first_seen_at":"NOON",)"
     R"("last_seen_at":"NOON","subscribed":true,"status":"active",)"
     R"("paused_until":null}],"meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/users/u1",
     R"({"data":{"external_user_id":"u1","email":"a@b.co","name":null,)"
     R"("traits":{"plan": "pro", "seats": 5},"stage":"lead","first_seen_at":"NOON",)"
     R"("last_seen_at":"NOON","subscribed":true,"status":"active",)"
     R"("paused_until":null}})"},
    {"/v1/projects/prj_1/erasures/era_1",
     R"({"data":{"id":"era_1","external_user_id":"u8","reason":"on request",)"
     R"("requested_at":"NOON","finished_at":null,"steps":[{"service":"console",)"
     R"("done_at":"NOON","rows_removed":4},{"service":"normaliser","done_at":null,)"
     R"("rows_removed":0},{"service":"trigger-evaluator","done_at":null,"rows_removed":0},)"
     R"({"service":"webhook-dispatcher","done_at":null,"rows_removed":0}]}})"},
    {"/v1/projects/prj_1/events",
     R"({"data":[{"id":"evt_067krbg001r010000000000004","name":"feature_used",)"
     R"("properties":{ "n": 1.10 },"occurred_at":"NOON","received_at":"NOON",)"
     R"("attached_at":null}],"meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/drafts",
     R"({"data":[{"id":"drf_1","rule":"rul_1","status":"sent","created_at":"NOON"}],)"
     R"("meta":{"next_cursor":null}})"},
    {"/v1/projects/prj_1/drafts/drf_1",
     R"({"data":{"id":"drf_1","rule":"rul_1","status":"sent","created_at":"NOON",)"
     R"("external_user_id":"u1","preset":"welcome","message_id":"m","sent_at":"NOON",)"
     R"("actions":[{"action":"sent","actor":"admin","reason":null,"acted_at":"NOON"}]}})"},
    {"/v1/projects/prj_1/deliveries",
     R"({"data":[{"id":"dlv_1","event_id":"evt_1","endpoint_id":"ep_1",)"
     R"("type":"email.opened","state":"dead","attempts":8,"next_attempt_at":null}],)"
     R"("meta":{"next_cursor":null}})"},
    {"/v1/deliveries/dlv_1",
     R"({"data":{"id":"dlv_1","event_id":"evt_1","endpoint_id":"ep_1",)"
     R"("type":"email.opened","state":"dead","attempts":8,"next_attempt_at":null,)"
     R"("project_id":"prj_1","run":1,"created_at":"NOON","settled_at":"NOON",)"
     R"("history":[{"run":1,"attempt":1,"started_at":"NOON","took_ms":12,)"
     R"("outcome":"retry","status":500,"error":null,"address":"127.0.0.1",)"
     R"("response_body_base64":"/w=="}]}})"},
    {"/v1/quarantine/groups",
     R"({"data":[{"fingerprint":"v1:x","stage":"normalise","code":"invalid_property",)"
     R"("field":"properties.a","detail":"d","count":1,"open":1,"projects":1,)"
     R"("first_at":"NOON","last_at":"NOON","samples":["qtn_1"]}],)"
     R"("meta":{"next_cursor":null}})"},
    {"/v1/quarantine/items",
     R"({"data":[{"id":"qtn_1","code":"invalid_property","field":"properties.a",)"
     R"("stage":"normalise","fingerprint":"v1:x","state":"open","received_at":"NOON",)"
     R"("body":"{\"a\":1}"}],"meta":{"next_cursor":null}})"},
    {"/v1/quarantine/items/qtn_1",
     R"({"data":{"id":"qtn_1","code":"invalid_property","field":"properties.a",)"
     R"("stage":"normalise","fingerprint":"v1:x","state":"open","received_at":"NOON",)"
     R"("body":"{\"a\":1}",)"
     R"("project_id":"prj_1","event_id":"evt_2","detail":"d",)"
     R"("source":{"topic":"vf.ingest","partition":3,"offset":12},"key":"prj_1:u1",)"
     R"("headers":[{"name":"traceparent","value":"00"}],"value_base64":"AQ==",)"
     R"("set_aside_at":"NOON","replayed_at":null,"attached_at":null,"replays":0}})"},
    {"/v1/dead-letters/items",
     R"({"data":[{"id":"dlq_1","delivery_id":"dlv_1","event_id":"evt_1",)"
     R"("cause":"attempts_exhausted","attempts":8,"state":"open"}],"meta":{"next_cursor":null}})"},
    {"/v1/audit", R"({"data":[{"id":1,"at":"NOON","actor":"admin","action":"key.create",)"
                  R"("target":"key_1","reason":"why","detail":{"last4": "abcd"}}],)"
                  R"("meta":{"next_cursor":null}})"},
    {"/v1/lifeline/evt_1",
     R"({"data":{"id":"evt_1","kind":"webhook_event","project_id":"prj_1",)"
     R"("webhook":{"id":"evt_1","type":"email.opened","body":"{}","created_at":"NOON"},)"
     R"("deliveries":[{"id":"dlv_1","event_id":"evt_1","endpoint_id":"ep_1",)"
     R"("type":"email.opened","state":"dead","attempts":8,"next_attempt_at":null,)"
     R"("project_id":"prj_1","run":1,"created_at":"NOON","settled_at":"NOON",)"
     R"("history":[{"run":1,"attempt":1,"started_at":"NOON","took_ms":12,)"
     R"("outcome":"retry","status":500,"error":null,"address":"127.0.0.1",)"
     R"("response_body_base64":"/w=="}]}]}})"},
    {"/v1/lifeline/evt_2",
     R"({"data":{"id":"evt_2","kind":"event","event":null,"quarantine":[{"id":"qtn_1",)"
     R"("code":"invalid_property","field":"properties.a","stage":"normalise",)"
     R"("fingerprint":"v1:x","state":"open","received_at":"NOON","body":"{\"a\":1}"}]}})"},
    {"/v1/lifeline/drf_1",
     R"({"data":{"id":"drf_1","kind":"draft","project_id":"prj_1","external_user_id":"u1",)"
     R"("preset":"welcome","message_id":"m","draft":{"id":"drf_1","rule":"rul_1",)"
     R"("status":"sent","created_at":"NOON"},"fire":{"id":"fir_1","rule":"rul_1",)"
     R"("occurrence":"once","fired_at":"NOON","announced_at":null,"explain":{"why": 1}},)"
     R"("outcomes":[{"event_id":"evt_1","type":"email.opened","occurred_at":"NOON"}],)"
     R"("actions":[{"action":"sent","actor":"admin","reason":null,"acted_at":"NOON"}]}})"},
};

}  // namespace

TEST_CASE("console answers: every read, byte for byte") {
    console_fixture api;
    for (const auto* const rows : {configuration, activity, set_aside}) {
        api.script(dated(rows));
    }
    for (const auto& [target, expected] : reads) {
        CAPTURE(target);
        const auto answer = api.send("GET", target);
        CHECK(answer.status == 200);
        CHECK(answer.text == dated(expected));
    }
    // What is kept of a user is as the tables have it; its events are as in their list.
    const auto exported = api.send("GET", "/v1/projects/prj_1/users/u1/export");
    CHECK(exported.text.starts_with(R"({"data":{"kept":{"user" : {"name": null,)"));
    CHECK(exported.text.contains(dated(R"("last_seen_at": "NOON")")));
    CHECK(exported.text.contains(dated(R"("identified_at": "NOON")")));
    CHECK_FALSE(exported.text.contains("+00:00"));
    CHECK(exported.text.ends_with(dated(R"("events":[{"id":"evt_067krbg001r010000000000004",)"
                                        R"("name":"feature_used",)"
                                        R"("properties":{ "n": 1.10 },)"
                                        R"("occurred_at":"NOON",)"
                                        R"("received_at":"NOON",)"
                                        R"("attached_at":null}]},)"
                                        R"("meta":{"next_cursor":null}})")));
}
