#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "gateway_fixture.hpp"
#include "vf/wire/messages.hpp"
#include "vf/wire/topics.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

runtime::task<> answer_nobody(runtime::task<http::response> answering) {
    static_cast<void>(co_await std::move(answering));
}

wire::ingest_record ingested(const wire::record& record) {
    auto decoded = wire::decode_ingest(record);
    REQUIRE(decoded.has_value());
    return std::move(*decoded);
}

}  // namespace

TEST_CASE("routes: an event is on the topic to the byte before it is accepted") {
    gateway_fixture fixture;
    const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
    CHECK(answer.status == 202);
    CHECK(answer.body == R"({"data":{"accepted":true}})");
    REQUIRE(fixture.sink.published.size() == 1);
    const auto& record = fixture.sink.published.front();
    CHECK(record.topic == wire::topic::ingest);
    CHECK(record.key == project.text + ":u");
    const auto message = ingested(record);
    CHECK(message.project == project);
    CHECK(message.kind == wire::ingest_kind::event);
    CHECK(message.body == event_text);
    CHECK(message.received_at == fixture.now.now());
    CHECK(fixture.budget.in_flight().records == 0);
}

TEST_CASE("routes: a user is a record of its own kind") {
    gateway_fixture fixture;
    CHECK(
        fixture.send(fixture.request("/api/v1/users", R"({"external_user_id":"u"})")).status == 202
    );
    CHECK(ingested(fixture.sink.published.at(0)).kind == wire::ingest_kind::user);
}

TEST_CASE("routes: every try of a request is published as received when its key was claimed") {
    gateway_fixture killed;
    REQUIRE(killed.send(killed.keyed("/api/v1/events", event_text)).status == 202);
    // The one after it: the database alone knows of the first try.
    gateway_fixture started;
    started.store.claims = killed.store.claims;
    started.now.advance(std::chrono::seconds{10});
    REQUIRE(started.send(started.keyed("/api/v1/events", event_text)).status == 202);
    const auto first = ingested(killed.sink.published.at(0));
    const auto second = ingested(started.sink.published.at(0));
    CHECK(first.received_at == killed.now.now());
    CHECK(second.received_at == first.received_at);
    CHECK(second.id == first.id);
}

TEST_CASE("routes: a batch is published whole and in order") {
    gateway_fixture fixture;
    const auto answer = fixture.send(fixture.request(
        "/api/v1/events/batch",
        R"({"events":[{"external_user_id":"a","name":"x"},{"external_user_id":"b","name":"y"}]})"
    ));
    CHECK(answer.status == 202);
    REQUIRE(fixture.sink.published.size() == 2);
    CHECK(ingested(fixture.sink.published[0]).body == R"({"external_user_id":"a","name":"x"})");
    CHECK(ingested(fixture.sink.published[1]).body == R"({"external_user_id":"b","name":"y"})");
    CHECK(fixture.registry.expose().contains("vf_ingest_records_accepted_total 2"));
    CHECK(fixture.registry.expose().contains(
        R"(vf_ingest_requests_total{route="batch",status="202"} 1)"
    ));
}

TEST_CASE("routes: a retry under its key is answered, and published once") {
    gateway_fixture fixture;
    for (int i = 0; i < 2; ++i) {
        CHECK(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);
    }
    CHECK(fixture.sink.published.size() == 1);
}

TEST_CASE("routes: a retry of what the broker did not acknowledge is the same record") {
    gateway_fixture fixture;
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    REQUIRE(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 503);
    fixture.health.note({}, 0);
    REQUIRE(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);
    gateway_fixture other;
    other.store.customers = fixture.store.customers;
    other.key = fixture.key;
    REQUIRE(other.send(other.keyed("/api/v1/events", event_text)).status == 202);
    CHECK(ingested(fixture.sink.published.at(0)).id == ingested(other.sink.published.at(0)).id);
}

TEST_CASE("routes: a key used with another body, or on another route, is refused") {
    gateway_fixture fixture;
    REQUIRE(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);
    const auto other =
        fixture.send(fixture.keyed("/api/v1/events", R"({"external_user_id":"u","name":"y"})"));
    CHECK(other.status == 422);
    CHECK(other.body.contains(R"("code":"idempotency_key_reuse")"));
    CHECK(
        fixture.send(fixture.keyed("/api/v1/users", R"({"external_user_id":"u"})")).status == 422
    );
    CHECK(fixture.sink.published.size() == 1);
}

TEST_CASE("routes: with the database away the claim goes with the record") {
    gateway_fixture fixture;
    REQUIRE(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
    fixture.store.away = true;
    CHECK(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);
    REQUIRE(fixture.sink.published.size() == 2);
    CHECK(ingested(fixture.sink.published[1]).unverified.has_value());
    CHECK(fixture.registry.expose().contains("vf_ingest_claims_unsettled_total 1"));
}

TEST_CASE("routes: one request too many is 429 with what the client needs to know") {
    gateway_fixture fixture;
    fixture.store.customers.begin()->second.own_limits.single = 2;
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
    CHECK(
        fixture.send(fixture.request("/api/v1/users", R"({"external_user_id":"u"})")).status == 202
    );
    const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
    CHECK(answer.status == 429);
    CHECK(answer.body.contains(R"("code":"rate_limited")"));
    CHECK(*answer.headers.find("Retry-After") == "1");
    CHECK(*answer.headers.find("RateLimit-Limit") == "2");
    CHECK(*answer.headers.find("RateLimit-Remaining") == "0");
    const auto batch = R"({"events":[{"external_user_id":"a","name":"x"}]})";
    CHECK(fixture.send(fixture.request("/api/v1/events/batch", batch)).status == 202);
}

TEST_CASE("routes: bulk takes what is good, behind the live traffic") {
    gateway_fixture fixture;
    const auto answer = fixture.send(fixture.request(
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
    REQUIRE(fixture.sink.published.size() == 2);
    CHECK(fixture.sink.published[0].topic == wire::topic::ingest_backfill);
    CHECK(ingested(fixture.sink.published[0]).natural);
    CHECK_FALSE(ingested(fixture.sink.published[1]).natural);
    CHECK(fixture.quotas.backlogged());
}

TEST_CASE("routes: bulk in which nothing is good publishes nothing") {
    gateway_fixture fixture;
    const auto answer = fixture.send(fixture.request("/api/v1/users/bulk", R"({"users":[{}]})"));
    CHECK(answer.status == 200);
    CHECK(answer.body.starts_with(R"({"data":{"accepted":0,"rejected":1,)"));
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("routes: a project with too much waiting is refused with Retry-After") {
    gateway_fixture fixture;
    fixture.quotas.add_backlog(project.text, 50);
    const std::string users = R"({"users":[{"external_user_id":"u"}]})";
    const auto answer = fixture.send(fixture.request("/api/v1/users/bulk", users));
    CHECK(answer.status == 429);
    CHECK(answer.body.contains(R"("code":"backfill_queue_full")"));
    CHECK(answer.headers.find("Retry-After") != nullptr);
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
    fixture.quotas.update_backlog({100, 100});
    CHECK(fixture.send(fixture.request("/api/v1/users/bulk", users)).status == 200);
}

TEST_CASE("routes: what is refused is not published") {
    gateway_fixture fixture;
    auto anonymous = fixture.request("/api/v1/events", event_text);
    anonymous.headers.all.erase(anonymous.headers.all.begin());
    const auto anonymous_answer = fixture.send(std::move(anonymous));
    CHECK(anonymous_answer.status == 401);
    CHECK(fixture.send(fixture.request("/api/v1/events", "{")).status == 400);
    CHECK(fixture.send(fixture.request("/api/v1/events", "{}")).status == 422);
    auto untyped = fixture.request("/api/v1/events", event_text);
    untyped.headers.all.back().value = "text/plain";
    const auto untyped_answer = fixture.send(std::move(untyped));
    CHECK(untyped_answer.status == 400);
    auto keyed = fixture.request("/api/v1/events", event_text);
    keyed.headers.add("Idempotency-Key", "");
    const auto keyed_answer = fixture.send(std::move(keyed));
    CHECK(keyed_answer.status == 422);
    CHECK(fixture.sink.published.empty());
}

TEST_CASE("routes: a broker that does not answer is 503 with Retry-After, and the budget is back") {
    gateway_fixture fixture;
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
    CHECK(answer.status == 503);
    CHECK(*answer.headers.find("Retry-After") == "1");
    CHECK(fixture.budget.in_flight().records == 0);
    fixture.health.note({}, 0);
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
}

TEST_CASE("routes: while the broker fails everybody is refused by his head, and nobody waits") {
    gateway_fixture fixture;
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    REQUIRE(fixture.send(fixture.request("/api/v1/events", event_text)).status == 503);
    const auto read = fixture.bodies_read;
    for (int i = 0; i < 3; ++i) {
        const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
        CHECK(answer.status == 503);
        CHECK(*answer.headers.find("Retry-After") == "1");
        CHECK(answer.headers.find("RateLimit-Limit") == nullptr);
    }
    CHECK(fixture.mail("mail:s3cret", "{}").status == 503);
    CHECK(fixture.mail("mail:wrong", "{}").status == 401);
    CHECK(fixture.bodies_read == read);
    CHECK(fixture.sink.published.empty());
    fixture.health.note({}, 0);
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
}

TEST_CASE("routes: who has no key, or comes too often, is refused by his head") {
    gateway_fixture fixture;
    auto anonymous = fixture.request("/api/v1/events/bulk", event_text);
    anonymous.headers.all.erase(anonymous.headers.all.begin());
    CHECK(fixture.send(std::move(anonymous)).status == 401);
    fixture.store.customers.begin()->second.own_limits.single = 1;
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 202);
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 429);
    CHECK(fixture.mail("mail:wrong", "{}").status == 401);
    CHECK(fixture.bodies_read == 1);
}

TEST_CASE("routes: whatever becomes of a request, the budget is whole afterwards") {
    gateway_fixture fixture;
    const auto whole = [&fixture] {
        const auto& held = fixture.budget.in_flight();
        return held.records == 0 && held.bytes == 0;
    };
    CHECK(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);
    CHECK(whole());
    CHECK(fixture.send(fixture.keyed("/api/v1/events", event_text)).status == 202);  // answered
    CHECK(whole());
    CHECK(
        fixture.send(fixture.keyed("/api/v1/users", R"({"external_user_id":"u"})")).status == 422
    );
    CHECK(whole());
    fixture.sink.fail_next({failure::data, "record_too_large", {}});
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 413);
    CHECK(whole());
    fixture.sink.fail_next({failure::transient, "broker_unavailable", {}});
    CHECK(fixture.mail("mail:s3cret", "{}").status == 503);
    CHECK(whole());
    fixture.health.note({}, 0);
    fixture.sink.throw_next();
    CHECK_THROWS(fixture.send(fixture.request("/api/v1/events", event_text)));
    CHECK(whole());
    fixture.sink.throw_next();
    CHECK_THROWS(fixture.mail("mail:s3cret", "{}"));
    CHECK(whole());
}

TEST_CASE("routes: a request that never ended gives back what it holds when its loop ends") {
    gateway_fixture fixture;
    {
        runtime::loop events;
        runtime::task_group tasks{events.context()};
        runtime::signal hanging{events.context()};
        fixture.store.hanging = &hanging;
        claim_batches batches{
            {events, tasks, fixture.store, fixture.now}, {.wait_limit = std::chrono::hours{1}}
        };
        claim_keys claims{events, batches, fixture.now};
        acceptor acceptor{
            {fixture.sink, fixture.large_sink, fixture.health, fixture.budget, claims,
             fixture.quotas, fixture.metrics, fixture.now, fixture.randomness}
        };
        routes routes{
            {fixture.authenticator, fixture.quotas, acceptor, fixture.metrics, fixture.now,
             fixture.large_bodies}
        };
        http::router router;
        routes.add_to(router);
        auto request = fixture.keyed("/api/v1/events", event_text);
        auto match = router.find(request.method, request.path);
        auto judged = support::run_task(fixture.events, match.route->on_head(request));
        REQUIRE(judged.has_value());
        tasks.spawn("request", answer_nobody(judged->handler(std::move(request))));
        support::run_ready(events);
        CHECK(fixture.budget.in_flight().records == 1);
    }
    CHECK(fixture.budget.in_flight().records == 0);
}

TEST_CASE("routes: a draining producer is 503, a broken one 500, and neither says why") {
    gateway_fixture fixture;
    fixture.sink.fail_next({failure::stopped, "draining", {}});
    CHECK(fixture.send(fixture.request("/api/v1/events", event_text)).status == 503);
    fixture.sink.fail_next({failure::permanent, "broken", "operator's detail"});
    const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
    CHECK(answer.status == 500);
    CHECK_FALSE(answer.body.contains("operator"));
}

TEST_CASE("routes: an exhausted budget is refused without asking the broker") {
    gateway_fixture fixture;
    const auto permit = fixture.budget.admit("prj_b", {100, 1}, fixture.now.now());
    REQUIRE(permit.has_value());
    const auto answer = fixture.send(fixture.request("/api/v1/events", event_text));
    CHECK(answer.status == 503);
    CHECK(fixture.sink.published.empty());
}
