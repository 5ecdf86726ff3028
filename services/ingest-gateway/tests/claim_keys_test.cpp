#include "ingest-gateway/claims/claim_keys.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "memory_store.hpp"
#include "vf/base/time_text.hpp"
#include "vf/runtime/loop_thread.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

domain::record_id digest(const std::string& text) {
    return domain::record_id_from_digest(text + std::string(32 - text.size(), '.'));
}

wire::idempotency_claim claim_of(const std::string& key, const std::string& body) {
    return {digest(key), digest(body)};
}

struct claims_fixture {
    memory_store store;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    claim_batches batches;
    claim_keys claims{events, batches, now};

    explicit claims_fixture(vf::duration limit = std::chrono::milliseconds{30})
        : batches{{events, tasks, store, now}, {.wait_limit = limit}} {
        store.claimed_at = now.now();
    }

    claim_verdict claim(const wire::idempotency_claim& claim) {
        return support::run_task(events, claims.claim(claim)).verdict;
    }
};

runtime::task<> keep_verdict(
    claim_keys& claims, wire::idempotency_claim claim, claim_verdict& verdict
) {
    const auto outcome = co_await claims.claim(claim);
    verdict = outcome.verdict;
}

runtime::task<std::vector<claim_verdict>> claim_at_once(
    claims_fixture& fixture, std::vector<wire::idempotency_claim> claims
) {
    std::vector<claim_verdict> verdicts(claims.size());
    runtime::task_group claiming{fixture.events.context()};
    for (std::size_t i = 0; i < claims.size(); ++i) {
        claiming.spawn("claim", keep_verdict(fixture.claims, claims[i], verdicts[i]));
    }
    constexpr std::chrono::seconds limit{5};
    co_await claiming.join(limit);
    co_return verdicts;
}

}  // namespace

TEST_CASE("claims: a key is held by its first body and refused to any other") {
    claims_fixture fixture;
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::conflict);
    CHECK(fixture.claim(claim_of("l", "b")) == claim_verdict::held);
    CHECK(fixture.store.statements == std::vector<std::size_t>{1, 1});
}

TEST_CASE("claims: what has been acknowledged is known to be answered") {
    claims_fixture fixture;
    REQUIRE(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
    fixture.claims.acknowledged(claim_of("k", "a"));
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::answered);
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::conflict);
    fixture.claims.acknowledged(claim_of("never", "claimed"));
    CHECK(fixture.claim(claim_of("never", "claimed")) == claim_verdict::held);
}

TEST_CASE("claims: another replica's claim is found in the table") {
    claims_fixture fixture;
    fixture.store.claims.push_back({claim_of("k", "a"), fixture.now.now()});
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::conflict);
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
}

TEST_CASE("claims: a key is forgotten a day after it was claimed") {
    claims_fixture fixture;
    fixture.store.claimed_at = fixture.now.now() - std::chrono::hours{23};
    REQUIRE(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
    fixture.now.advance(std::chrono::minutes{59});
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::conflict);
    fixture.now.advance(std::chrono::minutes{1});
    fixture.store.claims.clear();
    fixture.store.claimed_at = fixture.now.now();
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::held);
}

TEST_CASE("claims: requests that come at once share a statement, and twins a key") {
    claims_fixture fixture;
    std::vector<wire::idempotency_claim> claims;
    for (int i = 0; i < 50; ++i) {
        claims.push_back(claim_of("k" + std::to_string(i), "a"));
    }
    claims.push_back(claim_of("k49", "a"));
    claims.push_back(claim_of("k49", "b"));
    const auto verdicts = support::run_task(fixture.events, claim_at_once(fixture, claims));
    CHECK(std::ranges::count(verdicts, claim_verdict::held) == 51);
    CHECK(verdicts.back() == claim_verdict::conflict);
    CHECK(fixture.store.statements.size() <= 2);
}

TEST_CASE("claims: all loops share a statement, and each is answered on its own") {
    claims_fixture fixture{std::chrono::seconds{5}};
    runtime::loop_thread other;
    claim_keys elsewhere{other.events(), fixture.batches, fixture.now};
    std::vector<wire::idempotency_claim> claims;
    for (int i = 0; i < 20; ++i) {
        claims.push_back(claim_of("k" + std::to_string(i), "a"));
    }
    other.start();
    // Held up until the requests of both loops wait for the second statement.
    runtime::signal answer{fixture.events.context()};
    fixture.store.hanging = &answer;
    runtime::task_group claiming{fixture.events.context()};
    std::vector here(2, claim_verdict::unverified);
    std::vector there(20, claim_verdict::unverified);
    claiming.spawn("claim", keep_verdict(fixture.claims, claim_of("first", "a"), here[0]));
    support::run_until(fixture.events, [&] { return fixture.store.statements.size() == 1; });
    claiming.spawn("claim", keep_verdict(fixture.claims, claim_of("second", "a"), here[1]));
    for (std::size_t i = 0; i < there.size(); ++i) {
        claiming.spawn(
            "claim", runtime::on_loop(other.events(), keep_verdict(elsewhere, claims[i], there[i]))
        );
    }
    support::run_task(fixture.events, runtime::on_loop(other.events(), runtime::yield()));
    fixture.store.hanging = nullptr;
    answer.raise();
    constexpr std::chrono::seconds limit{5};
    CHECK(support::run_task(fixture.events, claiming.join(limit)));
    CHECK(std::ranges::count(here, claim_verdict::held) == 2);
    CHECK(std::ranges::count(there, claim_verdict::held) == 20);
    CHECK(fixture.store.statements == std::vector<std::size_t>{1, 21});
    other.stop();
}

TEST_CASE("claims: a database that is away is asked once a second, and nobody waits for it") {
    claims_fixture fixture;
    fixture.store.away = true;
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::unverified);
    CHECK(fixture.claim(claim_of("l", "a")) == claim_verdict::unverified);
    CHECK(fixture.store.statements.size() == 1);
    fixture.now.advance(std::chrono::seconds{1});
    fixture.store.away = false;
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::held);
}

TEST_CASE("claims: a database that hangs is waited for a moment, and its late answer cached") {
    claims_fixture fixture;
    runtime::signal late{fixture.events.context()};
    fixture.store.hanging = &late;
    CHECK(fixture.claim(claim_of("k", "a")) == claim_verdict::unverified);
    fixture.store.hanging = nullptr;
    late.raise();
    support::run_ready(fixture.events);
    CHECK(fixture.claim(claim_of("k", "b")) == claim_verdict::conflict);
}

TEST_CASE("claim cache: the oldest keys are dropped, the latest kept") {
    const instant now = *parse_instant("2024-11-20T12:00:00Z");
    claim_cache cache{100};
    for (int i = 0; i < 1'000; ++i) {
        cache.put(claim_of("k" + std::to_string(i), "a"), now, true);
        REQUIRE(cache.size() <= 100);
    }
    CHECK(cache.find(digest("k999"), now)->answered);
    CHECK(cache.find(digest("k960"), now).has_value());
    CHECK_FALSE(cache.find(digest("k0"), now).has_value());
}
