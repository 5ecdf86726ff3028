#include "ingest-gateway/auth/authenticate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "memory_store.hpp"
#include "vf/base/random.hpp"
#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"
#include "vf/crypto/api_key.hpp"
#include "vf/support/run_task.hpp"

using namespace vf;
using namespace vf::ingest_gateway;

namespace {

const domain::project_id project{"prj_" + std::string(26, '0')};
constexpr vf::duration outage = std::chrono::hours{6};

http::headers authorized(const std::string& value) {
    http::headers sent;
    sent.add("Authorization", value);
    return sent;
}

std::string basic(const std::string& pair) {
    return "Basic " + to_base64(pair);
}

// An authenticator with all it needs, with one key and one password.
struct authenticator_fixture {
    struct loop_of_its_own;

    memory_store store;
    manual_clock now{*parse_instant("2024-11-20T12:00:00Z")};
    seeded_random randomness{7};
    crypto::new_api_key key{crypto::make_api_key(randomness)};
    crypto::master_key master{*crypto::master_key::from_base64(to_base64(std::string(32, 'k')))};
    runtime::loop events;
    runtime::task_group tasks{events.context()};
    key_uses uses;
    seen_keys seen;
    std::optional<ingest_gateway::authenticator> running;

    authenticator_fixture() {
        store.customers.emplace(key.digest, customer{project, "key_1", {}, false});
        const auto context = "postmark:" + project.text + ":password";
        store.credentials[project.text] = {"mail", master.seal("s3cret", context, randomness)};
        restart();
    }

    // As a new process with what the old one kept.
    void restart() {
        running.emplace(
            authenticator_dependencies{store, master, uses, seen},
            cache_dependencies{events, tasks, now}, outage
        );
    }

    authenticator::customer_result by_key(const http::headers& sent) {
        return support::run_task(events, running->by_key(sent));
    }

    authenticator::customer_result by_key() { return by_key(authorized("Bearer " + key.secret)); }

    authenticator::provider_result by_password(
        const std::string& pair, const domain::project_id& target
    ) {
        const auto sent = authorized(basic(pair));
        return support::run_task(events, running->by_password(sent, target));
    }
};

// As another loop of the same process.
struct authenticator_fixture::loop_of_its_own {
    authenticator_fixture& process;
    ingest_gateway::authenticator running{
        authenticator_dependencies{process.store, process.master, process.uses, process.seen},
        cache_dependencies{process.events, process.tasks, process.now}, outage
    };

    authenticator::customer_result by_key() {
        const auto sent = authorized("Bearer " + process.key.secret);
        return support::run_task(process.events, running.by_key(sent));
    }
};

template <class Answer>
unsigned refused_with(const Answer& answer) {
    REQUIRE_FALSE(answer.has_value());
    return status_of(answer.error().code);
}

}  // namespace

TEST_CASE("bearer key: the scheme has no case and the key must be well-formed") {
    seeded_random randomness{7};
    const auto key = crypto::make_api_key(randomness).secret;
    CHECK(bearer_key(authorized("Bearer " + key)) == key);
    CHECK(bearer_key(authorized("bearer  " + key)) == key);
    const auto bad = GENERATE_COPY(
        as<std::string>{}, key, "Bearer", "Bearer ", "Basic " + key, "Bearer " + key + " x",
        "Bearer sk_live_short", "Bearer" + key
    );
    CHECK_FALSE(bearer_key(authorized(bad)).has_value());
}

TEST_CASE("bearer key: two headers are none") {
    seeded_random randomness{7};
    const auto key = "Bearer " + crypto::make_api_key(randomness).secret;
    auto sent = authorized(key);
    sent.add("authorization", key);
    CHECK_FALSE(bearer_key(sent).has_value());
}

TEST_CASE("basic auth: the password is what follows the first colon") {
    const auto read = basic_auth(authorized(basic("user:pass:word")));
    REQUIRE(read.has_value());
    CHECK(read->username == "user");
    CHECK(read->password == "pass:word");
    CHECK_FALSE(basic_auth(authorized(basic("no colon"))).has_value());
    CHECK_FALSE(basic_auth(authorized("Basic !!!")).has_value());
}

TEST_CASE("authenticate: a known key is its project, and is read once while it is fresh") {
    authenticator_fixture fixture;
    CHECK(fixture.by_key().value().project == project);
    CHECK(fixture.by_key().value().project == project);
    CHECK(fixture.store.reads == 1);
}

TEST_CASE("authenticate: no key and an unknown key are 401") {
    authenticator_fixture fixture;
    CHECK(refused_with(fixture.by_key(http::headers{})) == 401);
    fixture.store.customers.clear();
    CHECK(refused_with(fixture.by_key()) == 401);
}

TEST_CASE("authenticate: a revoked key works no longer than five seconds") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    fixture.store.customers.clear();
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(refused_with(fixture.by_key()) == 401);
}

TEST_CASE("authenticate: a new key works at most five seconds after it was refused") {
    authenticator_fixture fixture;
    const auto kept = fixture.store.customers;
    fixture.store.customers.clear();
    REQUIRE(refused_with(fixture.by_key()) == 401);
    fixture.store.customers = kept;
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(fixture.by_key().value().project == project);
}

TEST_CASE("authenticate: a known key works on while the database is away") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    fixture.store.away = true;
    fixture.now.advance(std::chrono::hours{3});
    CHECK(fixture.by_key().value().project == project);
    const auto reads = fixture.store.reads;
    CHECK(fixture.by_key().value().project == project);
    CHECK(fixture.store.reads == reads);
    fixture.now.advance(std::chrono::seconds{2});
    fixture.store.away = false;
    fixture.store.customers.clear();
    CHECK(refused_with(fixture.by_key()) == 401);
}

TEST_CASE("authenticate: a key not in the cache is 503 while the database is away") {
    authenticator_fixture fixture;
    fixture.store.away = true;
    CHECK(refused_with(fixture.by_key()) == 503);
}

TEST_CASE("authenticate: a refusal is not served once it is old and the database is away") {
    authenticator_fixture fixture;
    fixture.store.customers.clear();
    REQUIRE(refused_with(fixture.by_key()) == 401);
    fixture.store.away = true;
    fixture.now.advance(std::chrono::seconds{5});
    CHECK(refused_with(fixture.by_key()) == 503);
}

TEST_CASE("authenticate: a key is not taken longer than the limit without the database") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    fixture.store.away = true;
    fixture.now.advance(outage - vf::duration{1});
    CHECK(fixture.by_key().value().project == project);
    fixture.now.advance(vf::duration{1});
    CHECK(refused_with(fixture.by_key()) == 503);
    fixture.now.advance(std::chrono::seconds{2});
    fixture.store.away = false;
    CHECK(fixture.by_key().value().project == project);
}

TEST_CASE("authenticate: a start without the database knows the keys seen before it") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    REQUIRE(fixture.by_password("mail:s3cret", project).has_value());
    fixture.store.away = true;
    fixture.now.advance(std::chrono::hours{3});
    fixture.restart();
    CHECK(fixture.by_key().value().project == project);
    CHECK(fixture.by_password("mail:s3cret", project).value() == project);
    CHECK(refused_with(fixture.by_password("mail:wrong", project)) == 401);
    // A restart does not make a key younger.
    fixture.now.advance(std::chrono::hours{3});
    fixture.restart();
    CHECK(refused_with(fixture.by_key()) == 503);
}

TEST_CASE("authenticate: what was revoked is not seen any more") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    REQUIRE(fixture.by_password("mail:s3cret", project).has_value());
    fixture.store.customers.clear();
    fixture.store.credentials.clear();
    fixture.now.advance(std::chrono::seconds{5});
    REQUIRE(refused_with(fixture.by_key()) == 401);
    REQUIRE(refused_with(fixture.by_password("mail:s3cret", project)) == 401);
    fixture.store.away = true;
    fixture.now.advance(std::chrono::seconds{5});
    fixture.restart();
    CHECK(refused_with(fixture.by_key()) == 503);
    CHECK(refused_with(fixture.by_password("mail:s3cret", project)) == 503);
    CHECK(fixture.seen.snapshot().customers.empty());
    CHECK(fixture.seen.snapshot().providers.empty());
}

TEST_CASE(
    "authenticate: what one loop has seen revoked, no other honours while the database is away"
) {
    authenticator_fixture fixture;
    authenticator_fixture::loop_of_its_own other{fixture};
    REQUIRE(fixture.by_key().has_value());
    REQUIRE(other.by_key().has_value());
    fixture.store.customers.clear();
    fixture.now.advance(std::chrono::seconds{5});
    REQUIRE(refused_with(fixture.by_key()) == 401);
    fixture.store.away = true;
    CHECK(refused_with(other.by_key()) == 401);
    fixture.now.advance(std::chrono::hours{1});
    CHECK(refused_with(other.by_key()) == 503);
    CHECK(refused_with(fixture.by_key()) == 503);
}

TEST_CASE("seen keys: an answer to an older question does not bring back what is gone") {
    seen_keys seen;
    const auto first = *parse_instant("2024-11-20T12:00:00Z");
    const customer found{project, "key_1", {}, false};
    seen.note("digest", found, first);
    seen.note("digest", std::optional<customer>{}, first + std::chrono::seconds{2});
    seen.note("digest", found, first + std::chrono::seconds{1});
    CHECK_FALSE(seen.find_customer("digest")->value.has_value());
    seen.note("digest", found, first + std::chrono::seconds{3});
    CHECK(seen.find_customer("digest")->value.has_value());
}

TEST_CASE("authenticate: what one loop has read, another need not read") {
    authenticator_fixture fixture;
    authenticator_fixture::loop_of_its_own other{fixture};
    REQUIRE(fixture.by_key().has_value());
    REQUIRE(other.by_key().has_value());
    CHECK(fixture.store.reads == 1);
}

TEST_CASE("authenticate: guessed keys push no real one out") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    for (int i = 0; i < 50'000; ++i) {
        const auto guessed = crypto::make_api_key(fixture.randomness).secret;
        REQUIRE(refused_with(fixture.by_key(authorized("Bearer " + guessed))) == 401);
    }
    fixture.store.away = true;
    CHECK(fixture.by_key().value().project == project);
    fixture.restart();
    CHECK(fixture.by_key().value().project == project);
}

TEST_CASE("authenticate: the mail provider is let in by name and password") {
    authenticator_fixture fixture;
    CHECK(fixture.by_password("mail:s3cret", project).value() == project);
}

TEST_CASE("authenticate: wrong credentials of the mail provider are 401, never 403") {
    authenticator_fixture fixture;
    const auto pair = GENERATE(as<std::string>{}, "mail:wrong", "other:s3cret", ":", "mail:");
    CHECK(refused_with(fixture.by_password(pair, project)) == 401);
    const domain::project_id nobody{"prj_" + std::string(26, '1')};
    CHECK(refused_with(fixture.by_password("mail:s3cret", nobody)) == 401);
    CHECK(refused_with(fixture.by_password("mail:s3cret", domain::project_id{"x"})) == 401);
}

TEST_CASE("authenticate: a password sealed for another project does not open") {
    authenticator_fixture fixture;
    const domain::project_id other{"prj_" + std::string(26, '2')};
    fixture.store.credentials[other.text] = fixture.store.credentials[project.text];
    CHECK(refused_with(fixture.by_password("mail:s3cret", other)) == 503);
}

TEST_CASE("authenticate: an API key on the mail provider's route is 401, as any other stranger") {
    authenticator_fixture fixture;
    const auto sent = authorized("Bearer " + fixture.key.secret);
    const auto answer =
        support::run_task(fixture.events, fixture.running->by_password(sent, project));
    CHECK(refused_with(answer) == 401);
    CHECK(fixture.uses.take().empty());
}

TEST_CASE("authenticate: the mail provider may show its password in a header of its own") {
    authenticator_fixture fixture;
    const auto by_header = [&](std::vector<http::header> sent) {
        return support::run_task(
            fixture.events, fixture.running->by_password(http::headers{std::move(sent)}, project)
        );
    };
    const std::string name{webhook_secret_header};
    CHECK(by_header({{name, "s3cret"}}).value() == project);
    CHECK(by_header({{"x-vibefollow-webhook-secret", "s3cret"}}).value() == project);
    CHECK(refused_with(by_header({{name, "s3cre"}})) == 401);
    CHECK(refused_with(by_header({{name, "mail:s3cret"}})) == 401);
    CHECK(refused_with(by_header({{name, ""}})) == 401);
    CHECK(refused_with(by_header({{name, "s3cret"}, {name, "s3cret"}})) == 401);
    // Basic auth counts where there is any.
    CHECK(refused_with(by_header({{name, "s3cret"}, {"Authorization", basic("mail:no")}})) == 401);
    CHECK(by_header({{name, "no"}, {"Authorization", basic("mail:s3cret")}}).value() == project);
}

TEST_CASE("authenticate: the use of a key is recorded once an hour") {
    authenticator_fixture fixture;
    REQUIRE(fixture.by_key().has_value());
    REQUIRE(fixture.by_key().has_value());
    CHECK(fixture.uses.take() == std::vector<std::string>{"key_1"});
    REQUIRE(fixture.by_key().has_value());
    CHECK(fixture.uses.take().empty());
    fixture.now.advance(std::chrono::hours{1});
    REQUIRE(fixture.by_key().has_value());
    CHECK(fixture.uses.take() == std::vector<std::string>{"key_1"});
}

TEST_CASE("authenticate: a key that was read a moment ago needs no store, as long as it is fresh") {
    authenticator_fixture fixture;
    const auto sent = authorized("Bearer " + fixture.key.secret);
    CHECK(fixture.running->find_fresh(sent) == nullptr);
    REQUIRE(fixture.by_key(sent));
    const int reads = fixture.store.reads;
    const auto* found = fixture.running->find_fresh(sent);
    REQUIRE(found != nullptr);
    CHECK(found->project == project);
    CHECK(fixture.running->find_fresh(authorized("Bearer " + fixture.key.secret + "x")) == nullptr);
    auto twice = sent;
    twice.add("authorization", "Bearer " + fixture.key.secret);
    CHECK(fixture.running->find_fresh(twice) == nullptr);
    CHECK(fixture.running->find_fresh({}) == nullptr);
    CHECK(fixture.store.reads == reads);

    fixture.now.advance(cache_limits{}.lifetime / 2);
    CHECK(fixture.running->find_fresh(sent) == nullptr);
    fixture.store.customers.clear();
    fixture.now.advance(cache_limits{}.lifetime);
    CHECK(refused_with(fixture.by_key(sent)) == 401);
    CHECK(fixture.running->find_fresh(sent) == nullptr);
}
