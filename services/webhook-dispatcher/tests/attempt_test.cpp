#include "webhook-dispatcher/attempt/attempt.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "memory_parts.hpp"
#include "vf/base/text.hpp"
#include "vf/runtime/loop.hpp"
#include "vf/support/run_task.hpp"

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);
const std::vector<duration> schedule{0s, 30s, 2min};

struct bench {
    crypto::master_key key{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    seeded_random randomness{1};
    manual_clock time{noon};
    attempt_options options{schedule, "X-Vibefollow-Signature"};
    scripted_sender out;
    runtime::loop events;

    leased_delivery make_leased() {
        leased_delivery made;
        made.id = domain::delivery_id{"dlv_1"};
        made.endpoint = domain::endpoint_id{"ep_1"};
        made.token = "lse_1";
        made.body = R"({"id":"evt_1"})";
        made.url = "https://example.com/hook";
        made.secret_sealed = key.seal("whsec_new", "endpoint:ep_1:secret", randomness);
        return made;
    }

    outcome run(leased_delivery leased) {
        const attempt_parts parts{out, key, time, randomness, options};
        return support::run_task(events, attempt(std::move(leased), parts));
    }
};

}  // namespace

TEST_CASE("an attempt: what is sent is the frozen body, signed, with our headers") {
    bench on;
    on.out.answer(204);
    const auto leased = on.make_leased();
    const outcome made = on.run(leased);
    REQUIRE(on.out.sent.size() == 1);
    const auto& request = on.out.sent[0];
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

    CHECK(made.next.state == delivery_state::delivered);
    CHECK(made.attempts == 1);
    CHECK(made.token == "lse_1");
    REQUIRE(made.attempt);
    CHECK(made.attempt->outcome == "delivered");
    CHECK(made.attempt->status == 204);
    CHECK(made.attempt->address == "192.0.2.1");
    CHECK(made.attempt->response_body == "answer");
    CHECK_FALSE(made.attempt->error);
}

TEST_CASE("an attempt: the previous secret signs too until its time is over") {
    bench on;
    auto leased = on.make_leased();
    leased.previous_secret_sealed = on.key.seal("whsec_old", "endpoint:ep_1:secret", on.randomness);
    leased.previous_until = noon + 1us;
    const auto both = open_keys(on.key, leased, noon);
    REQUIRE(both);
    CHECK(both->current == "whsec_new");
    CHECK(both->previous == "whsec_old");
    const auto later = open_keys(on.key, leased, noon + 1us);
    REQUIRE(later);
    CHECK_FALSE(later->previous);
}

TEST_CASE("an attempt: a secret that does not open is a failed attempt, and nothing is sent") {
    bench on;
    on.out.answer(200);
    auto leased = on.make_leased();
    leased.endpoint = domain::endpoint_id{"ep_other"};
    const outcome made = on.run(leased);
    CHECK(on.out.sent.empty());
    CHECK(made.next.state == delivery_state::pending);
    REQUIRE(made.attempt);
    CHECK(made.attempt->error == "secret_not_openable");
    CHECK_FALSE(made.attempt->status);
}

TEST_CASE("an attempt: a refused target is an ordinary failed attempt") {
    bench on;
    on.out.answers.emplace_back(fail(failure::data, "egress_refused"));
    auto leased = on.make_leased();
    leased.attempts = 1;
    const outcome made = on.run(leased);
    CHECK(made.next.state == delivery_state::pending);
    CHECK(made.attempts == 2);
    REQUIRE(made.attempt);
    CHECK(made.attempt->outcome == "retry");
    CHECK(made.attempt->error == "egress_refused");
    CHECK_FALSE(made.attempt->address);
    CHECK_FALSE(made.attempt->response_body);
}

TEST_CASE("an attempt: the last failure of the schedule is the death of the delivery") {
    bench on;
    on.out.answer(500);
    auto leased = on.make_leased();
    leased.attempts = 2;
    const outcome made = on.run(leased);
    CHECK(made.next.state == delivery_state::dead);
    CHECK_FALSE(made.endpoint_gone);
    REQUIRE(made.attempt);
    CHECK(made.attempt->outcome == "dead");
}

TEST_CASE("an attempt: 410 disables the endpoint; a 2xx to a resend brings it back") {
    bench on;
    on.out.answer(410);
    on.out.answer(200);
    const outcome gone = on.run(on.make_leased());
    CHECK(gone.endpoint_gone);
    CHECK(gone.next.state == delivery_state::dead);

    auto again = on.make_leased();
    again.condition = endpoint_condition::gone;
    again.run = 2;
    const outcome back = on.run(again);
    CHECK(back.endpoint_back);
    CHECK_FALSE(back.endpoint_gone);
    CHECK(back.next.state == delivery_state::delivered);
}

TEST_CASE("an attempt: 429 with Retry-After pauses the endpoint") {
    bench on;
    http::client_response busy;
    busy.status = 429;
    busy.headers.add("Retry-After", "300");
    on.out.answers.emplace_back(busy);
    const outcome made = on.run(on.make_leased());
    CHECK(made.pause_until == noon + 300s);
    CHECK(made.next.next_attempt_at == noon + 300s);
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
    bench on;
    for (const row& each : rows) {
        auto leased = on.make_leased();
        leased.condition = each.condition;
        leased.run = each.run;
        CHECK(may_attempt(leased) == each.may);
    }
    auto leased = on.make_leased();
    leased.attempts = 3;
    const outcome parked = park(leased);
    CHECK(parked.next.state == delivery_state::dead);
    CHECK(parked.attempts == 3);
    CHECK_FALSE(parked.attempt);
}

}  // namespace vf::webhook_dispatcher
