// A server that does not answer, one that takes no writes: what callers hear, and how soon.
#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "postgres_fixture.hpp"
#include "vf/postgres/health.hpp"
#include "vf/postgres/pool.hpp"
#include "vf/runtime/task_group.hpp"

using namespace vf::postgres;
using namespace std::chrono_literals;
using vf::failure;
using vf::postgres_tests::postgres_fixture;

namespace {

// Holds the server process of a connection still.
class frozen_backend {
public:
    explicit frozen_backend(std::int64_t pid) : pid_{static_cast<pid_t>(pid)} {
        REQUIRE(pid_ > 0);
        REQUIRE(::kill(pid_, SIGSTOP) == 0);
    }

    ~frozen_backend() { ::kill(pid_, SIGCONT); }

    frozen_backend(const frozen_backend&) = delete;
    frozen_backend& operator=(const frozen_backend&) = delete;

private:
    pid_t pid_;
};

template <class Work>
std::chrono::duration<double> time_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::steady_clock::now() - start;
}

pool_options short_options(const postgres_fixture& fixture) {
    auto options = fixture.options();
    options.statement_timeout = 500ms;
    options.connect_timeout = 2s;
    return options;
}

constexpr auto patience = 8s;  // of a busy machine; the limits come to a second and a half

}  // namespace

TEST_CASE(
    "deadline: a statement on a frozen server is given up, and its connection", "[integration]"
) {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(short_options(fixture));
    const auto backend = fixture.number(*pool, "SELECT pg_backend_pid()");
    const frozen_backend frozen{backend};
    const auto took = time_of([&] {
        const auto answer = fixture.transact(*pool, [](transaction& tx) { tx.query("SELECT 1"); });
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == failure::transient);
        CHECK(answer.error().code == "database_unavailable");
    });
    CHECK(took > 1s);
    CHECK(took < patience);
    const auto next = fixture.number(*pool, "SELECT pg_backend_pid()");
    CHECK(next > 0);
    CHECK(next != backend);
    CHECK(fixture.metrics().contains("vf_postgres_connections 1\n"));
}

TEST_CASE("deadline: so it is in the middle of a transaction, and at its commit", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(short_options(fixture));
    REQUIRE(fixture.script(*pool, "CREATE TABLE t (a int)"));
    for (const bool at_commit : {false, true}) {
        std::optional<frozen_backend> frozen;
        const auto answer = fixture.transact(*pool, [&](transaction& tx) {
            const auto rows = tx.query("INSERT INTO t VALUES (1) RETURNING pg_backend_pid()");
            frozen.emplace(rows.at(0).integer(0));
            if (!at_commit) {
                tx.query("SELECT 1");
            }
        });
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == failure::transient);
        frozen.reset();
    }
    CHECK(fixture.number(*pool, "SELECT 7") == 7);
}

TEST_CASE("deadline: a refused statement's rollback has one too", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(short_options(fixture));
    std::optional<frozen_backend> frozen;
    const auto took = time_of([&] {
        const auto answer = fixture.transact(*pool, [&](transaction& tx) {
            const auto backend = tx.query("SELECT pg_backend_pid()").at(0).integer(0);
            tx.query("SELECT 1 / 0");
            frozen.emplace(backend);
        });
        REQUIRE_FALSE(answer);
        CHECK(answer.error().detail.starts_with("22012"));
    });
    CHECK(took < patience);
    CHECK(fixture.number(*pool, "SELECT 7") == 7);
}

TEST_CASE("deadline: a transaction may ask for longer statements", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(short_options(fixture));
    const auto slow = [](transaction& tx) {
        tx.limit_statements(10s);
        tx.query("SELECT pg_sleep(2)");
    };
    CHECK(fixture.transact(*pool, slow).has_value());
    const auto again =
        fixture.transact(*pool, [](transaction& tx) { tx.query("SELECT pg_sleep(2)"); });
    REQUIRE_FALSE(again);
    CHECK(again.error().code == "database_timeout");
}

TEST_CASE("deadline: a read-only database is away for who writes, and seen anew", "[integration]") {
    postgres_fixture fixture;
    auto options = short_options(fixture);
    REQUIRE(fixture.script(*fixture.make_pool(options), "CREATE TABLE t (a int)"));
    options.session_settings = "SET default_transaction_read_only = on";
    const auto pool = fixture.make_pool(options);
    const auto before = fixture.number(*pool, "SELECT pg_backend_pid()");
    const auto written = fixture.script(*pool, "INSERT INTO t VALUES (1)");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == failure::transient);
    const auto kept =
        fixture.transact(*pool, [](transaction& tx) { tx.execute("INSERT INTO t VALUES (1)"); });
    REQUIRE_FALSE(kept);
    CHECK(kept.error().code == "database_read_only");
    // After a failover the next connection is one to the new primary.
    CHECK(fixture.number(*pool, "SELECT pg_backend_pid()") != before);
}

TEST_CASE("health: it follows what the server does, and why", "[integration]") {
    postgres_fixture fixture;
    vf::runtime::signal stop{fixture.events().context()};
    vf::runtime::task_group watching{fixture.events().context()};
    const auto until = [&](const std::function<bool()>& holds) {
        vf::support::run_until(fixture.events(), holds);
    };
    SECTION("it answers, its session is frozen, it answers again") {
        health database{fixture.events(), fixture.url(), "vf-health-test"};
        CHECK_FALSE(database.ready());
        watching.spawn("watch", database.watch(stop));
        until([&] { return database.ready(); });
        const auto pool = fixture.make_pool(fixture.options());
        const auto backend = fixture.number(
            *pool,
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'vf-health-test health'"
        );
        const frozen_backend frozen{backend};
        until([&] { return !database.answers(); });
        CHECK(database.why().starts_with("database_unavailable"));
        until([&] { return database.ready(); });
        stop.raise();
        CHECK(vf::support::run_task(fixture.events(), watching.join(5s)));
    }
    SECTION("it is read-only") {
        const auto url = fixture.url() + "%20-cdefault_transaction_read_only%3Don";
        health database{fixture.events(), url, "vf-health-test"};
        watching.spawn("watch", database.watch(stop));
        until([&] { return database.answers(); });
        CHECK_FALSE(database.ready());
        CHECK(database.why() == "read-only");
        stop.raise();
        CHECK(vf::support::run_task(fixture.events(), watching.join(5s)));
    }
}
