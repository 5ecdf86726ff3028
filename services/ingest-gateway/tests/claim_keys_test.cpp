#include "claim_keys.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "memory_store.hpp"
#include "vf/base/time_text.hpp"
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

struct scene {
    memory_store store;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    claim_keys claims{{events, tasks, store, now}, quick()};

    scene() { store.claimed_at = now.now(); }

    static claim_settings quick() {
        claim_settings made;
        made.patience = std::chrono::milliseconds{30};
        return made;
    }

    claim_verdict ask(const wire::idempotency_claim& claim) {
        return support::run_task(events, claims.claim(claim));
    }
};

runtime::task<> keep_verdict(claim_keys& of, wire::idempotency_claim claim, claim_verdict& to) {
    to = co_await of.claim(claim);
}

runtime::task<std::vector<claim_verdict>> ask_at_once(
    scene& at, std::vector<wire::idempotency_claim> claims
) {
    std::vector<claim_verdict> verdicts(claims.size());
    runtime::task_group asking{at.events.context()};
    for (std::size_t i = 0; i < claims.size(); ++i) {
        asking.spawn("ask", keep_verdict(at.claims, claims[i], verdicts[i]));
    }
    constexpr std::chrono::seconds limit{5};
    co_await asking.join(limit);
    co_return verdicts;
}

}  // namespace

TEST_CASE("claims: a key is held by its first body and refused to any other") {
    scene at;
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::held);
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::held);
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::conflict);
    CHECK(at.ask(claim_of("l", "b")) == claim_verdict::held);
    CHECK(at.store.statements == std::vector<std::size_t>{1, 1});
}

TEST_CASE("claims: what has been acknowledged is known to be answered") {
    scene at;
    REQUIRE(at.ask(claim_of("k", "a")) == claim_verdict::held);
    at.claims.acknowledged(claim_of("k", "a"));
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::answered);
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::conflict);
    at.claims.acknowledged(claim_of("never", "claimed"));
    CHECK(at.ask(claim_of("never", "claimed")) == claim_verdict::held);
}

TEST_CASE("claims: another replica's claim is found in the table") {
    scene at;
    at.store.claims.push_back({claim_of("k", "a"), at.now.now()});
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::conflict);
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::held);
}

TEST_CASE("claims: a key is forgotten a day after it was claimed") {
    scene at;
    at.store.claimed_at = at.now.now() - std::chrono::hours{23};
    REQUIRE(at.ask(claim_of("k", "a")) == claim_verdict::held);
    at.now.advance(std::chrono::minutes{59});
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::conflict);
    at.now.advance(std::chrono::minutes{1});
    at.store.claims.clear();
    at.store.claimed_at = at.now.now();
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::held);
}

TEST_CASE("claims: requests that come at once share a statement, and twins a key") {
    scene at;
    std::vector<wire::idempotency_claim> asked;
    for (int i = 0; i < 50; ++i) {
        asked.push_back(claim_of("k" + std::to_string(i), "a"));
    }
    asked.push_back(claim_of("k49", "a"));
    asked.push_back(claim_of("k49", "b"));
    const auto verdicts = support::run_task(at.events, ask_at_once(at, asked));
    CHECK(std::ranges::count(verdicts, claim_verdict::held) == 51);
    CHECK(verdicts.back() == claim_verdict::conflict);
    CHECK(at.store.statements.size() <= 2);
}

TEST_CASE("claims: a database that is away is asked once a second, and nobody waits for it") {
    scene at;
    at.store.away = true;
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::unsettled);
    CHECK(at.ask(claim_of("l", "a")) == claim_verdict::unsettled);
    CHECK(at.store.statements.size() == 1);
    at.now.advance(std::chrono::seconds{1});
    at.store.away = false;
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::held);
}

TEST_CASE("claims: a database that hangs is waited for a moment, and its late answer remembered") {
    scene at;
    runtime::signal late{at.events.context()};
    at.store.hanging = &late;
    CHECK(at.ask(claim_of("k", "a")) == claim_verdict::unsettled);
    at.store.hanging = nullptr;
    late.raise();
    support::run_task(at.events, runtime::yield());
    CHECK(at.ask(claim_of("k", "b")) == claim_verdict::conflict);
}

TEST_CASE("claim memory: the oldest keys are let go, the latest kept") {
    const instant now = *parse_instant("2024-11-20T12:00:00Z");
    claim_memory memory{100};
    for (int i = 0; i < 1'000; ++i) {
        memory.remember(claim_of("k" + std::to_string(i), "a"), now, true);
        REQUIRE(memory.size() <= 100);
    }
    CHECK(memory.find(digest("k999"), now)->answered);
    CHECK(memory.find(digest("k960"), now).has_value());
    CHECK_FALSE(memory.find(digest("k0"), now).has_value());
}
