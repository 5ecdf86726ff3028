#include <catch2/catch_test_macros.hpp>
#include <string>

#include "ingest-gateway/postgres_store.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"

using namespace vf;
using ingest_gateway::held_claim;

namespace {

postgres::pool_options options_for(const support::scratch_schema& scratch) {
    postgres::pool_options options;
    options.url = scratch.url();
    options.application_name = "vf-test";
    options.connections = 1;
    return options;
}

postgres::pool_options claims_options_for(const support::scratch_schema& scratch) {
    auto options = options_for(scratch);
    options.autocommit = true;
    options.session_settings = ingest_gateway::claim_settings_of_session;
    return options;
}

domain::record_id digest(const std::string& text) {
    return domain::record_id_from_digest(text + std::string(32 - text.size(), '.'));
}

struct gateway_fixture {
    support::scratch_schema scratch;
    telemetry::registry metrics;
    runtime::loop events;
    bool migrated{postgres::migrate(
                      scratch.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{20}
    )
                      .has_value()};
    postgres::pool database{events, options_for(scratch), metrics};
    postgres::pool claims_database{events, claims_options_for(scratch), metrics};
    ingest_gateway::postgres_store store{database};
    ingest_gateway::postgres_claims claims_store{claims_database};

    gateway_fixture() { REQUIRE(migrated); }

    void run(std::string statements) {
        auto fill = [text = std::move(statements)](postgres::transaction& tx) { tx.script(text); };
        REQUIRE(support::run_task(events, database.transact(fill)).has_value());
    }

    std::vector<held_claim> claim(std::vector<wire::idempotency_claim> claims) {
        return support::run_task(events, claims_store.claim(std::move(claims))).value();
    }

    // The body that holds the key after this one has tried to claim it.
    domain::record_id holder(const std::string& key, const std::string& body) {
        const auto held = claim({{digest(key), digest(body)}});
        REQUIRE(held.size() == 1);
        CHECK(held.front().claim.key == digest(key));
        return held.front().claim.body;
    }
};

}  // namespace

TEST_CASE("gateway store: live keys and credentials are found, others are not", "[integration]") {
    gateway_fixture fixture;
    fixture.run(
        "INSERT INTO projects (id, name, created_at, limit_batch, require_idempotency_key)"
        " VALUES ('prj_1', 'one', now(), 7, true);"
        "INSERT INTO api_keys VALUES ('key_1', 'prj_1', 'live', '\\x0102', 'abcd', now(), NULL),"
        " ('key_2', 'prj_1', 'revoked', '\\x0103', 'abce', now(), now());"
        "INSERT INTO postmark_credentials VALUES ('prj_1', 'mail', '\\x00ff', now())"
    );
    const auto customers =
        support::run_task(
            fixture.events, fixture.store.find_customers({"\x01\x04", "\x01\x02", "\x01\x03"})
        )
            .value();
    REQUIRE(customers.size() == 1);
    const auto& live = customers.at("\x01\x02");
    CHECK(live.project.text == "prj_1");
    CHECK(live.key_id == "key_1");
    CHECK(live.own_limits == ingest_gateway::rate_limits{std::nullopt, 7, std::nullopt});
    CHECK(live.key_required);
    const auto found =
        support::run_task(fixture.events, fixture.store.find_mail_credentials({"prj_1", "prj_2"}))
            .value();
    REQUIRE(found.size() == 1);
    CHECK(found.at("prj_1").username == "mail");
    CHECK(found.at("prj_1").password_sealed == std::string("\x00\xff", 2));
}

TEST_CASE("gateway store: a key stands for the body that claimed it first", "[integration]") {
    gateway_fixture fixture;
    CHECK(fixture.holder("k", "a") == digest("a"));
    CHECK(fixture.holder("k", "b") == digest("a"));
    CHECK(fixture.holder("l", "b") == digest("b"));
    const auto both = fixture.claim({{digest("l"), digest("c")}, {digest("m"), digest("c")}});
    REQUIRE(both.size() == 2);
    for (const auto& [claim, claimed_at] : both) {
        CHECK(claim.body == digest(claim.key == digest("l") ? "b" : "c"));
    }
    const auto all_new = fixture.claim({{digest("n"), digest("c")}, {digest("o"), digest("d")}});
    REQUIRE(all_new.size() == 2);
    CHECK(all_new[0].claim == wire::idempotency_claim{digest("n"), digest("c")});
    CHECK(all_new[1].claim == wire::idempotency_claim{digest("o"), digest("d")});
    CHECK(all_new[0].claimed_at == all_new[1].claimed_at);
}

TEST_CASE("gateway store: a claim stands for a day and no longer", "[integration]") {
    gateway_fixture fixture;
    REQUIRE(fixture.holder("k", "a") == digest("a"));
    fixture.run("UPDATE key_claims SET claimed_at = now() - interval '23 hours 59 minutes'");
    CHECK(fixture.holder("k", "b") == digest("a"));
    fixture.run("UPDATE key_claims SET claimed_at = now() - interval '24 hours 1 minute'");
    CHECK(fixture.holder("k", "b") == digest("b"));
    CHECK(fixture.holder("k", "c") == digest("b"));
}

TEST_CASE("gateway store: the use of a key is kept, and never goes back", "[integration]") {
    gateway_fixture fixture;
    const instant now = system_clock{}.now();
    REQUIRE(
        support::run_task(fixture.events, fixture.store.record_key_uses({"key_1", "key_2"}, now))
    );
    REQUIRE(support::run_task(
        fixture.events, fixture.store.record_key_uses({"key_1"}, now - std::chrono::hours{1})
    ));
    auto read = [](postgres::transaction& tx) {
        return tx.query("SELECT used_at FROM api_key_uses ORDER BY key_id");
    };
    const auto rows = support::run_task(fixture.events, fixture.database.transact(read)).value();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].timestamp(0) == now);
    CHECK(rows[1].timestamp(0) == now);
}
