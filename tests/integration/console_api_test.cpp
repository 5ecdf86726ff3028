// The console API through its routes on a real Postgres, with a sink that remembers: every write is
// answered as promised, published where it must be, and audited.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "console/api/api_context.hpp"
#include "console/api/routes.hpp"
#include "postgres_fixture.hpp"
#include "vf/http/router.hpp"
#include "vf/json/parse.hpp"
#include "vf/kafka/sink.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/past_noon.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

namespace {

const vf::instant noon = vf::support::noon_yesterday();
const std::string token = "correct-horse-battery";

class remembering_sink final : public vf::kafka::sink {
public:
    vf::runtime::task<vf::result<void>> publish(std::vector<vf::wire::record> some) override {
        if (away) {
            co_return vf::fail(vf::failure::transient, "broker_unavailable");
        }
        for (auto& record : some) {
            records.push_back(std::move(record));
        }
        co_return vf::result<void>{};
    }

    std::vector<vf::wire::record> records;
    bool away{false};
};

struct answer {
    unsigned status{0};
    std::string text;

    // "data.id", "errors.0.field"
    [[nodiscard]] std::string at(std::string_view path) const {
        const auto parsed = vf::json::parse(text);
        REQUIRE(parsed);
        const vf::json::value* value = &*parsed;
        while (!path.empty() && value != nullptr) {
            const auto name = path.substr(0, path.find('.'));
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            if (value->is(vf::json::kind::array)) {
                const auto index = static_cast<std::size_t>(std::stoi(std::string{name}));
                value = index < value->items.size() ? &value->items[index] : nullptr;
            } else {
                value = value->find(name);
            }
        }
        return value == nullptr      ? "absent"
               : value->text.empty() ? std::string{value->source}
                                     : value->text;
    }
};

class console {
public:
    console() {
        REQUIRE(vf::postgres::migrate(
            base_.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{30}
        ));
        vf::console::add_routes(routes_, desk_);
    }

    answer send(
        const std::string& method, const std::string& target, const std::string& body = "",
        const std::string& bearer = token
    ) {
        const auto question = target.find('?');
        vf::http::request request;
        request.method = method;
        request.path = target.substr(0, question);
        if (question != std::string::npos) {
            const auto pair = target.substr(question + 1);
            const auto equals = pair.find('=');
            request.query.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
        request.body = body;
        request.headers.add("Authorization", "Bearer " + bearer);
        auto found = routes_.find(method, request.path);
        request.parameters = std::move(found.parameters);
        if (!found.allowed.empty()) {
            request.parameters.emplace("allow", found.allowed.front());
        }
        const auto& handler = found.route != nullptr ? found.route->handler : routes_.not_found();
        auto response = vf::support::run_task(base_.events(), handler(std::move(request)));
        return {response.status, response.body};
    }

    std::int64_t number(const std::string& statement) { return base_.number(*pool_, statement); }

    void script(const std::string& statements) { REQUIRE(base_.script(*pool_, statements)); }

    // The text of a project with one endpoint of its own.
    std::string make_project() {
        const auto answer = send("POST", "/v1/projects", R"({"name":"one"})");
        REQUIRE(answer.status == 201);
        return answer.at("data.id");
    }

    remembering_sink sink;

private:
    vf::postgres_tests::postgres_fixture base_;
    std::unique_ptr<vf::postgres::pool> pool_{base_.make_pool(base_.options())};
    vf::telemetry::registry registry_;
    vf::console::console_metrics metrics_{registry_};
    vf::manual_clock clock_{noon};
    vf::system_random random_;
    vf::crypto::master_key master_{
        *vf::crypto::master_key::from_base64("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    };
    vf::http::egress_policy egress_{*vf::http::egress_policy::parse("127.0.0.0/8")};
    vf::console::api_context desk_{*pool_,  sink,    clock_,   random_,
                                   master_, egress_, metrics_, token};
    vf::http::router routes_;
};

}  // namespace

TEST_CASE("console api: nobody without the token, and 404 for what is not there") {
    console api;
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
    console api;
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
    CHECK(revoked.at("data.revoked_at") == vf::format_instant(noon));

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
    console api;
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

    api.sink.away = true;
    CHECK(api.send("POST", path, R"({"reason":"r"})").status == 503);
    CHECK(api.number("SELECT count(*) FROM dead_letters WHERE resent_at IS NULL") == 1);
    api.sink.away = false;

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
    console api;
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

    api.sink.away = true;
    CHECK(api.send("POST", path, body(project)).status == 503);
    CHECK(api.number("SELECT replays FROM quarantine_items") == 0);
    api.sink.away = false;

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
