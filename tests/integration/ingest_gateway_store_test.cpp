#include <catch2/catch_test_macros.hpp>
#include <string>

#include "ingest-gateway/postgres_store.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/run_task.hpp"
#include "vf/support/scratch_schema.hpp"

using namespace vf;

TEST_CASE(
    "gateway store: keys that live and credentials are found, others are not", "[integration]"
) {
    const support::scratch_schema scratch;
    const auto migrated = postgres::migrate(
        scratch.url(), VF_SOURCE_DIR "/deploy/migrations", std::chrono::seconds{20}
    );
    REQUIRE(migrated.has_value());
    telemetry::registry metrics;
    runtime::loop events;
    postgres::pool database{
        events, {.url = scratch.url(), .application_name = "vf-test", .connections = 1}, metrics
    };
    auto fill = [](postgres::transaction& in) {
        in.script(
            "INSERT INTO projects VALUES ('prj_1', 'one', now());"
            "INSERT INTO api_keys VALUES ('key_1', 'prj_1', 'live', '\\x0102', 'abcd', now(), "
            "NULL),"
            " ('key_2', 'prj_1', 'revoked', '\\x0103', 'abce', now(), now());"
            "INSERT INTO postmark_credentials VALUES ('prj_1', 'mail', '\\x00ff', now())"
        );
    };
    REQUIRE(support::run_task(events, database.transact(fill)).has_value());

    ingest_gateway::postgres_store store{database};
    const auto live = support::run_task(events, store.find_project("\x01\x02"));
    CHECK(live.value() == domain::project_id{"prj_1"});
    CHECK_FALSE(support::run_task(events, store.find_project("\x01\x03")).value().has_value());
    CHECK_FALSE(support::run_task(events, store.find_project("\x01\x04")).value().has_value());

    const auto found =
        support::run_task(events, store.find_mail_credentials(domain::project_id{"prj_1"}));
    REQUIRE(found.value().has_value());
    CHECK(found.value()->username == "mail");
    CHECK(found.value()->password_sealed == std::string("\x00\xff", 2));
    const auto none =
        support::run_task(events, store.find_mail_credentials(domain::project_id{"prj_2"}));
    CHECK_FALSE(none.value().has_value());
}
