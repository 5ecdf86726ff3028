#include "routes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "memory_store.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/support/memory_topic.hpp"
#include "vf/support/run_task.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const domain::project_id project{"prj_" + std::string(26, '0')};
const std::string event_text = R"({"external_user_id":"u","name":"x","properties":{"n":1.10}})";

// The gateway but for its sockets.
struct scene {
    memory_store store;
    support::memory_sink sink;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    seeded_random randomness{7};
    crypto::new_api_key key{crypto::make_api_key(randomness)};
    crypto::master_key master{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    telemetry::registry registry;
    metrics counted{registry};
    admission budget{{{100, 10'000}, {100, 10'000}, std::chrono::seconds{2}}};
    quotas shared{quota_settings{true, {1'000, 50, 10}, std::nullopt, 50}};
    http::router table;
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    key_uses uses;
    authenticate who{store, master, {events, tasks, now}, uses};
    claim_keys claims{{events, tasks, store, now}, {}};
    ingest_gateway::accept taking{{sink, budget, claims, shared, counted, now, randomness}};
    routes doors{{who, shared, taking, counted, now}};

    scene() {
        store.customers.emplace(key.digest, customer{project, "key_1", {}, false});
        store.claimed_at = now.now();
        const auto context = "postmark:" + project.text + ":password";
        store.credentials[project.text] = {"mail", master.seal("s3cret", context, randomness)};
        doors.add_to(table);
    }

    http::request request(const std::string& path, const std::string& body) const {
        http::request made;
        made.method = "POST";
        made.path = path;
        made.headers.add("Authorization", "Bearer " + key.secret);
        made.headers.add("Content-Type", "application/json");
        made.body = body;
        return made;
    }

    http::request keyed(const std::string& path, const std::string& body) const {
        auto made = request(path, body);
        made.headers.add("Idempotency-Key", "k");
        return made;
    }

    http::response send(http::request asked) {
        auto match = table.find(asked.method, asked.path);
        REQUIRE(match.route != nullptr);
        asked.parameters = std::move(match.parameters);
        return support::run_task(events, match.route->handler(std::move(asked)));
    }

    http::response mail(const std::string& pair, const std::string& body) {
        http::request asked = request("/api/v1/postmark/" + project.text, body);
        asked.headers.all.front().value = "Basic " + to_base64(pair);
        return send(std::move(asked));
    }
};

wire::ingest_record ingested(const wire::record& record) {
    auto decoded = wire::decode_ingest(record);
    REQUIRE(decoded.has_value());
    return std::move(*decoded);
}

}  // namespace

TEST_CASE("routes: an event is on the topic to the byte before it is accepted") {
    scene at;
    const auto answer = at.send(at.request("/api/v1/events", event_text));
    CHECK(answer.status == 202);
    CHECK(answer.body == R"({"data":{"accepted":true}})");
    REQUIRE(at.sink.published.size() == 1);
    const auto& record = at.sink.published.front();
    CHECK(record.topic == wire::topic::ingest);
    CHECK(record.key == project.text + ":u");
    const auto message = ingested(record);
    CHECK(message.project == project);
    CHECK(message.kind == wire::ingest_kind::event);
    CHECK(message.body == event_text);
    CHECK(message.received_at == at.now.now());
    CHECK(at.budget.in_flight().records == 0);
}

TEST_CASE("routes: a user is a record of its own kind") {
    scene at;
    CHECK(at.send(at.request("/api/v1/users", R"({"external_user_id":"u"})")).status == 202);
    CHECK(ingested(at.sink.published.at(0)).kind == wire::ingest_kind::user);
}

TEST_CASE("routes: a batch is published whole and in order") {
    scene at;
    const auto answer = at.send(at.request(
        "/api/v1/events/batch",
        R"({"events":[{"external_user_id":"a","name":"x"},{"external_user_id":"b","name":"y"}]})"
    ));
    CHECK(answer.status == 202);
    REQUIRE(at.sink.published.size() == 2);
    CHECK(ingested(at.sink.published[0]).body == R"({"external_user_id":"a","name":"x"})");
    CHECK(ingested(at.sink.published[1]).body == R"({"external_user_id":"b","name":"y"})");
    CHECK(at.registry.expose().contains("vf_ingest_records_accepted_total 2"));
    CHECK(at.registry.expose().contains(R"(vf_ingest_requests_total{route="batch",status="202"} 1)")
    );
}

TEST_CASE("routes: a retry under its key is answered, and published once") {
    scene at;
    for (int i = 0; i < 2; ++i) {
        CHECK(at.send(at.keyed("/api/v1/events", event_text)).status == 202);
    }
    CHECK(at.sink.published.size() == 1);
}

TEST_CASE("routes: a retry of what the broker did not acknowledge makes the same record") {
    scene at;
    at.sink.fail_next({failure::transient, "broker_unavailable", {}});
    REQUIRE(at.send(at.keyed("/api/v1/events", event_text)).status == 503);
    REQUIRE(at.send(at.keyed("/api/v1/events", event_text)).status == 202);
    scene other;
    other.store.customers = at.store.customers;
    other.key = at.key;
    REQUIRE(other.send(other.keyed("/api/v1/events", event_text)).status == 202);
    CHECK(ingested(at.sink.published.at(0)).id == ingested(other.sink.published.at(0)).id);
}

TEST_CASE("routes: a key used with another body, or at another door, is refused") {
    scene at;
    REQUIRE(at.send(at.keyed("/api/v1/events", event_text)).status == 202);
    const auto other =
        at.send(at.keyed("/api/v1/events", R"({"external_user_id":"u","name":"y"})"));
    CHECK(other.status == 422);
    CHECK(other.body.contains(R"("code":"idempotency_key_reuse")"));
    CHECK(at.send(at.keyed("/api/v1/users", R"({"external_user_id":"u"})")).status == 422);
    CHECK(at.sink.published.size() == 1);
}

TEST_CASE("routes: with the database away a claim goes with the record, to be settled") {
    scene at;
    REQUIRE(at.send(at.request("/api/v1/events", event_text)).status == 202);
    at.store.away = true;
    CHECK(at.send(at.keyed("/api/v1/events", event_text)).status == 202);
    REQUIRE(at.sink.published.size() == 2);
    CHECK(ingested(at.sink.published[1]).unsettled.has_value());
    CHECK(at.registry.expose().contains("vf_ingest_claims_unsettled_total 1"));
}

TEST_CASE("routes: one request too many is 429 with what the client needs to know") {
    scene at;
    at.store.customers.begin()->second.own_limits.single = 2;
    CHECK(at.send(at.request("/api/v1/events", event_text)).status == 202);
    CHECK(at.send(at.request("/api/v1/users", R"({"external_user_id":"u"})")).status == 202);
    const auto answer = at.send(at.request("/api/v1/events", event_text));
    CHECK(answer.status == 429);
    CHECK(answer.body.contains(R"("code":"rate_limited")"));
    CHECK(*answer.headers.find("Retry-After") == "1");
    CHECK(*answer.headers.find("RateLimit-Limit") == "2");
    CHECK(*answer.headers.find("RateLimit-Remaining") == "0");
    const auto batch = R"({"events":[{"external_user_id":"a","name":"x"}]})";
    CHECK(at.send(at.request("/api/v1/events/batch", batch)).status == 202);
}

TEST_CASE("routes: bulk takes what is good, behind the live traffic") {
    scene at;
    const auto answer = at.send(at.request(
        "/api/v1/events/bulk",
        R"({"events":[{"external_user_id":"a","name":"x","timestamp":"2024-01-01T00:00:00Z"},)"
        R"({"name":"x"},{"external_user_id":"b","name":"x"}]})"
    ));
    CHECK(answer.status == 200);
    CHECK(
        answer.body == R"({"data":{"accepted":2,"rejected":1,"errors":[{"index":1,)"
                       R"("code":"validation","message":"required","field":"external_user_id"}]},)"
                       R"("meta":{"received":3}})"
    );
    REQUIRE(at.sink.published.size() == 2);
    CHECK(at.sink.published[0].topic == wire::topic::ingest_backfill);
    CHECK(ingested(at.sink.published[0]).natural);
    CHECK_FALSE(ingested(at.sink.published[1]).natural);
    CHECK(at.shared.queueing());
}

TEST_CASE("routes: bulk in which nothing is good publishes nothing") {
    scene at;
    const auto answer = at.send(at.request("/api/v1/users/bulk", R"({"users":[{}]})"));
    CHECK(answer.status == 200);
    CHECK(answer.body.starts_with(R"({"data":{"accepted":0,"rejected":1,)"));
    CHECK(at.sink.published.empty());
}

TEST_CASE("routes: a project with too much waiting is told to come back") {
    scene at;
    at.shared.queued(project.text, 50);
    const std::string users = R"({"users":[{"external_user_id":"u"}]})";
    const auto answer = at.send(at.request("/api/v1/users/bulk", users));
    CHECK(answer.status == 429);
    CHECK(answer.body.contains(R"("code":"backfill_queue_full")"));
    CHECK(answer.headers.find("Retry-After") != nullptr);
    CHECK(at.send(at.request("/api/v1/events", event_text)).status == 202);
    at.shared.lane_moved({100, 100});
    CHECK(at.send(at.request("/api/v1/users/bulk", users)).status == 200);
}

TEST_CASE("routes: what is refused is not published") {
    scene at;
    auto anonymous = at.request("/api/v1/events", event_text);
    anonymous.headers.all.erase(anonymous.headers.all.begin());
    CHECK(at.send(std::move(anonymous)).status == 401);
    CHECK(at.send(at.request("/api/v1/events", "{")).status == 400);
    CHECK(at.send(at.request("/api/v1/events", "{}")).status == 422);
    auto untyped = at.request("/api/v1/events", event_text);
    untyped.headers.all.back().value = "text/plain";
    CHECK(at.send(std::move(untyped)).status == 400);
    auto keyed = at.request("/api/v1/events", event_text);
    keyed.headers.add("Idempotency-Key", "");
    CHECK(at.send(std::move(keyed)).status == 422);
    CHECK(at.sink.published.empty());
}

TEST_CASE("routes: a broker that does not answer is 503 with Retry-After, and the budget is back") {
    scene at;
    at.sink.fail_next({failure::transient, "broker_unavailable", {}});
    const auto answer = at.send(at.request("/api/v1/events", event_text));
    CHECK(answer.status == 503);
    CHECK(*answer.headers.find("Retry-After") == "1");
    CHECK(at.budget.in_flight().records == 0);
    CHECK(at.send(at.request("/api/v1/events", event_text)).status == 202);
}

TEST_CASE("routes: a draining producer is 503, a broken one 500, and neither tells why") {
    scene at;
    at.sink.fail_next({failure::stopped, "draining", {}});
    CHECK(at.send(at.request("/api/v1/events", event_text)).status == 503);
    at.sink.fail_next({failure::permanent, "broken", "operator's detail"});
    const auto answer = at.send(at.request("/api/v1/events", event_text));
    CHECK(answer.status == 500);
    CHECK_FALSE(answer.body.contains("operator"));
}

TEST_CASE("routes: an exhausted budget is refused without asking the broker") {
    scene at;
    REQUIRE(at.budget.admit("prj_b", {100, 1}, at.now.now()).has_value());
    const auto answer = at.send(at.request("/api/v1/events", event_text));
    CHECK(answer.status == 503);
    CHECK(at.sink.published.empty());
}

TEST_CASE("routes: a notice of the mail provider is carried verbatim under its message") {
    scene at;
    const std::string notice = R"({ "RecordType":"Open","MessageID":"m-1" })";
    const auto answer = at.mail("mail:s3cret", notice);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"data":{"accepted":true}})");
    REQUIRE(at.sink.published.size() == 1);
    CHECK(at.sink.published[0].topic == wire::topic::mail);
    const auto message = wire::decode_mail(at.sink.published[0]);
    REQUIRE(message.has_value());
    CHECK(message->project == project);
    CHECK(message->body == notice);
    CHECK(message->received_at == at.now.now());
}

TEST_CASE("routes: the mail provider hears 401, 400 and 503, never 403") {
    scene at;
    CHECK(at.mail("mail:wrong", "{}").status == 401);
    CHECK(at.mail("mail:s3cret", "[]").status == 400);
    CHECK(at.mail("mail:s3cret", "nonsense").status == 400);
    at.sink.fail_next({failure::transient, "broker_unavailable", {}});
    CHECK(at.mail("mail:s3cret", "{}").status == 503);
    CHECK(at.sink.published.empty());
}
