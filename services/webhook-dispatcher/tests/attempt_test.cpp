#include "webhook-dispatcher/attempt/attempt.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "memory_store.hpp"
#include "vf/base/text.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/support/run_task.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);
const std::vector<duration> schedule{0s, 30s, 2min};

struct dispatcher_fixture {
    crypto::master_key key{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    seeded_random randomness{1};
    manual_clock time{noon};
    attempt_options options{schedule, "X-Vibefollow-Signature"};
    scripted_sender out;
    runtime::loop events;

    leased_delivery make_leased() {
        leased_delivery delivery;
        delivery.id = domain::delivery_id{"dlv_1"};
        delivery.endpoint = domain::endpoint_id{"ep_1"};
        delivery.token = "lse_1";
        delivery.body = R"({"id":"evt_1"})";
        delivery.url = "https://example.com/hook";
        delivery.secret_sealed = key.seal("whsec_new", "endpoint:ep_1:secret", randomness);
        return delivery;
    }

    outcome run(leased_delivery leased) {
        const attempt_dependencies deps{out, key, time, randomness, options};
        return support::run_task(events, attempt(std::move(leased), deps));
    }
};

}  // namespace

TEST_CASE("an attempt: what is sent is the frozen body, signed, with our headers") {
    dispatcher_fixture fixture;
    fixture.out.answer(204);
    const auto leased = fixture.make_leased();
    const outcome outcome = fixture.run(leased);
    REQUIRE(fixture.out.sent.size() == 1);
    const auto& request = fixture.out.sent[0];
    CHECK(request.method == "POST");
    CHECK(request.url == leased.url);
    CHECK(request.body == leased.body);
    CHECK(request.limit == 10s);
    CHECK(request.body_kept == 4096);
    REQUIRE(request.headers.find("content-type") != nullptr);
    CHECK(*request.headers.find("content-type") == "application/json");
    CHECK(*request.headers.find("user-agent") == "Vibefollow-Webhooks/1");
    REQUIRE(request.headers.find("X-Vibefollow-Signature") != nullptr);
    CHECK(
        *request.headers.find("X-Vibefollow-Signature") ==
        sign(leased.form, leased.body, noon, {"whsec_new", std::nullopt})
    );

    CHECK(outcome.next.state == delivery_state::delivered);
    CHECK(outcome.attempts == 1);
    CHECK(outcome.token == "lse_1");
    REQUIRE(outcome.attempt);
    CHECK(outcome.attempt->outcome == "delivered");
    CHECK(outcome.attempt->status == 204);
    CHECK(outcome.attempt->address == "192.0.2.1");
    CHECK(outcome.attempt->response_body == "answer");
    CHECK_FALSE(outcome.attempt->error);
}

TEST_CASE("an attempt: the previous secret signs too until its time is over") {
    dispatcher_fixture fixture;
    auto leased = fixture.make_leased();
    leased.previous_secret_sealed =
        fixture.key.seal("whsec_old", "endpoint:ep_1:secret", fixture.randomness);
    leased.previous_until = noon + 1us;
    const auto both = open_keys(fixture.key, leased, noon);
    REQUIRE(both);
    CHECK(both->current == "whsec_new");
    CHECK(both->previous == "whsec_old");
    const auto later = open_keys(fixture.key, leased, noon + 1us);
    REQUIRE(later);
    CHECK_FALSE(later->previous);
}

TEST_CASE("an attempt: a secret that does not open is none, and nothing is sent") {
    dispatcher_fixture fixture;
    fixture.out.answer(200);
    auto leased = fixture.make_leased();
    leased.endpoint = domain::endpoint_id{"ep_other"};
    leased.attempts = 2;
    const outcome outcome = fixture.run(leased);
    CHECK(fixture.out.sent.empty());
    CHECK(outcome.next.state == delivery_state::pending);
    CHECK(outcome.put_off == "secret_not_openable");
    CHECK(outcome.attempts == 2);
    CHECK_FALSE(outcome.attempt);
}

TEST_CASE("an attempt: while no name resolves there is none, not even a last one") {
    dispatcher_fixture fixture;
    fixture.out.answers.emplace_back(fail(failure::transient, "resolver_unavailable"));
    auto leased = fixture.make_leased();
    leased.attempts = 2;
    const outcome outcome = fixture.run(leased);
    CHECK(outcome.next.state == delivery_state::pending);
    CHECK(outcome.attempts == 2);
    CHECK(outcome.token == "lse_1");
    CHECK_FALSE(outcome.attempt);
    REQUIRE(outcome.next.next_attempt_at);
    CHECK(*outcome.next.next_attempt_at == noon + 5s);
    CHECK(outcome.pause_until == outcome.next.next_attempt_at);
}

TEST_CASE("an attempt: a refused target is an ordinary failed attempt") {
    dispatcher_fixture fixture;
    fixture.out.answers.emplace_back(fail(failure::data, "egress_refused"));
    auto leased = fixture.make_leased();
    leased.attempts = 1;
    const outcome outcome = fixture.run(leased);
    CHECK(outcome.next.state == delivery_state::pending);
    CHECK(outcome.attempts == 2);
    REQUIRE(outcome.attempt);
    CHECK(outcome.attempt->outcome == "retry");
    CHECK(outcome.attempt->error == "egress_refused");
    CHECK_FALSE(outcome.attempt->address);
    CHECK_FALSE(outcome.attempt->response_body);
}

TEST_CASE("an attempt: the last failure of the schedule is the death of the delivery") {
    dispatcher_fixture fixture;
    fixture.out.answer(500);
    auto leased = fixture.make_leased();
    leased.attempts = 2;
    const outcome outcome = fixture.run(leased);
    CHECK(outcome.next.state == delivery_state::dead);
    CHECK_FALSE(outcome.endpoint_gone);
    REQUIRE(outcome.attempt);
    CHECK(outcome.attempt->outcome == "dead");
}

TEST_CASE("an attempt: 410 disables the endpoint; a 2xx to a resend brings it back") {
    dispatcher_fixture fixture;
    fixture.out.answer(410);
    fixture.out.answer(200);
    const outcome gone = fixture.run(fixture.make_leased());
    CHECK(gone.endpoint_gone);
    CHECK(gone.next.state == delivery_state::dead);

    auto again = fixture.make_leased();
    again.condition = endpoint_condition::gone;
    again.run = 2;
    const outcome back = fixture.run(again);
    CHECK(back.endpoint_back);
    CHECK_FALSE(back.endpoint_gone);
    CHECK(back.next.state == delivery_state::delivered);
}

TEST_CASE("an attempt: 429 with Retry-After pauses the endpoint") {
    dispatcher_fixture fixture;
    http::client_response busy;
    busy.status = 429;
    busy.headers.add("Retry-After", "300");
    fixture.out.answers.emplace_back(busy);
    const outcome outcome = fixture.run(fixture.make_leased());
    CHECK(outcome.pause_until == noon + 300s);
    CHECK(outcome.next.next_attempt_at == noon + 300s);
}

TEST_CASE("an endpoint that is gone or deleted is left alone, except by a resend to one gone") {
    struct row {
        endpoint_condition condition;
        std::uint32_t run;
        bool may;
    };

    const std::vector<row> rows{
        {endpoint_condition::open, 1, true},     {endpoint_condition::open, 2, true},
        {endpoint_condition::gone, 1, false},    {endpoint_condition::gone, 2, true},
        {endpoint_condition::deleted, 1, false}, {endpoint_condition::deleted, 2, false},
    };
    dispatcher_fixture fixture;
    for (const row& each : rows) {
        auto leased = fixture.make_leased();
        leased.condition = each.condition;
        leased.run = each.run;
        CHECK(may_attempt(leased) == each.may);
    }
    auto leased = fixture.make_leased();
    leased.attempts = 3;
    const outcome parked = park(leased);
    CHECK(parked.next.state == delivery_state::dead);
    CHECK(parked.attempts == 3);
    CHECK_FALSE(parked.attempt);
}

}  // namespace vf::webhook_dispatcher
