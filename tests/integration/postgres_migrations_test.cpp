#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "postgres_fixture.hpp"
#include "vf/postgres/migrations.hpp"
#include "vf/support/temp_folder.hpp"

using namespace vf::postgres;
using vf::failure;
using vf::postgres_tests::postgres_fixture;
using vf::support::temp_folder;

namespace {

constexpr vf::duration limit = std::chrono::seconds{20};
constexpr vf::duration short_limit = std::chrono::milliseconds{100};
constexpr auto nowhere = "postgresql://nobody@127.0.0.1:1/vf";

std::string numbered(std::int64_t version) {
    const std::string digits = std::to_string(version);
    return std::string(4 - digits.size(), '0') + digits + "_step.sql";
}

}  // namespace

TEST_CASE("migrate: each file is applied once and recorded", "[integration]") {
    postgres_fixture fixture;
    const temp_folder files;
    files.write("0001_users.sql", "CREATE TABLE users (id bigint);\nINSERT INTO users VALUES (1);");
    files.write("0002_more.sql", "ALTER TABLE users ADD COLUMN name text;");
    CHECK(migrate(fixture.url(), files.path(), limit) == 2);
    CHECK(migrate(fixture.url(), files.path(), limit) == 0);
    files.write("0003_again.sql", "INSERT INTO users VALUES (2, 'b');");
    CHECK(migrate(fixture.url(), files.path(), limit) == 1);
    const auto pool = fixture.make_pool(fixture.options());
    CHECK(fixture.number(*pool, "SELECT count(*) FROM users") == 2);
    CHECK(fixture.number(*pool, "SELECT max(version) FROM schema_migrations") == 3);
    CHECK(
        fixture.number(
            *pool,
            "SELECT count(*) FROM schema_migrations"
            " WHERE version = 2 AND name = '0002_more.sql' AND applied_at <= now()"
        ) == 1
    );
}

TEST_CASE("migrate: two at the same time apply each file once between them", "[integration]") {
    postgres_fixture fixture;
    const temp_folder files;
    for (int i = 1; i <= 5; ++i) {
        files.write(numbered(i), "CREATE TABLE t" + std::to_string(i) + " (a int);");
    }
    vf::result<std::int64_t> there = vf::fail(failure::stopped, "not_run");
    std::thread other{[&] { there = migrate(fixture.url(), files.path(), limit); }};
    const auto here = migrate(fixture.url(), files.path(), limit);
    other.join();
    REQUIRE(here);
    REQUIRE(there);
    CHECK(*here + *there == 5);
}

TEST_CASE("migrate: a bad file is rolled back whole and named", "[integration]") {
    postgres_fixture fixture;
    const temp_folder files;
    files.write("0001_good.sql", "CREATE TABLE good (a int);");
    files.write("0002_bad.sql", "CREATE TABLE half (a int);\nCREATE TABLE good (a int);");
    const auto failed = migrate(fixture.url(), files.path(), limit);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::permanent);
    CHECK(failed.error().code == "migration_failed");
    CHECK(failed.error().detail.starts_with("0002_bad.sql: 42P07"));
    const auto pool = fixture.make_pool(fixture.options());
    CHECK(fixture.number(*pool, "SELECT (to_regclass('half') IS NULL)::int") == 1);
    CHECK(fixture.number(*pool, "SELECT max(version) FROM schema_migrations") == 1);
    files.write("0002_bad.sql", "CREATE TABLE half (a int);");
    CHECK(migrate(fixture.url(), files.path(), limit) == 1);
}

TEST_CASE("migrate: a conflict with existing rows fails the migration for good", "[integration]") {
    postgres_fixture fixture;
    const temp_folder files;
    files.write("0001_twice.sql", "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1);");
    files.write("0002_unique.sql", "CREATE UNIQUE INDEX t_a ON t (a);");
    const auto failed = migrate(fixture.url(), files.path(), limit);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == "migration_failed");
    CHECK(failed.error().detail.starts_with("0002_unique.sql: 23505"));
}

TEST_CASE("migrate: a lock that others hold is waited for, up to the limit", "[integration]") {
    postgres_fixture fixture;
    const temp_folder files;
    files.write("0001_a.sql", "CREATE TABLE a (a int);");
    REQUIRE(migrate(fixture.url(), files.path(), limit) == 1);
    const auto pool = fixture.make_pool(fixture.options());
    vf::result<std::int64_t> waited = 0;
    const auto locked = fixture.transact(*pool, [&](transaction& tx) {
        tx.script("LOCK TABLE schema_migrations");
        waited = migrate(fixture.url(), files.path(), short_limit);
    });
    REQUIRE(locked);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().kind == failure::transient);
    CHECK(waited.error().code == "database_unavailable");
}

TEST_CASE("migrate: a server that is away is transient after the limit", "[integration]") {
    const temp_folder files;
    files.write("0001_a.sql", "CREATE TABLE a (a int);");
    const auto failed = migrate(nowhere, files.path(), short_limit);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::transient);
    CHECK(failed.error().code == "database_unavailable");
}

TEST_CASE(
    "migrate: files that cannot be right are refused before the server is asked", "[integration]"
) {
    const temp_folder files;
    files.write("0002_a.sql", "CREATE TABLE a (a int);");
    const auto failed = migrate(nowhere, files.path(), limit);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == "migrations_unreadable");
}

TEST_CASE("require_schema: older than this build needs is refused", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto check = [&] {
        return vf::support::run_task(fixture.events(), require_schema(*pool, limit));
    };
    const auto empty = check();
    REQUIRE_FALSE(empty);
    CHECK(empty.error().kind == failure::permanent);
    CHECK(empty.error().code == "schema_too_old");

    const temp_folder files;
    for (std::int64_t version = 1; version <= schema_version; ++version) {
        files.write(numbered(version), "SELECT 1;");
    }
    REQUIRE(migrate(fixture.url(), files.path(), limit) == schema_version);
    CHECK(check().has_value());

    REQUIRE(fixture.script(*pool, "INSERT INTO schema_migrations VALUES (9999, 'newer')"));
    CHECK(check().has_value());
    REQUIRE(fixture.script(*pool, "DELETE FROM schema_migrations"));
    CHECK_FALSE(check().has_value());
}

TEST_CASE("require_schema: a server that is away is transient after the limit", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.url = nowhere;
    const auto pool = fixture.make_pool(options);
    const auto answer = vf::support::run_task(fixture.events(), require_schema(*pool, short_limit));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == failure::transient);
}
