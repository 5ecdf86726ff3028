#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "postgres_fixture.hpp"
#include "vf/postgres/pool.hpp"

using namespace vf::postgres;
using vf::failure;
using vf::postgres_tests::postgres_fixture;
using vf::postgres_tests::side_by_side;

namespace {

// A port of loopback that takes connections and never says a word, or refuses them once closed.
class silent_port {
public:
    silent_port() : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in sockaddr_in{};
        sockaddr_in.sin_family = AF_INET;
        sockaddr_in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof sockaddr_in;
        auto* const address = reinterpret_cast<sockaddr*>(&sockaddr_in);
        REQUIRE(::bind(socket_, address, size) == 0);
        REQUIRE(::listen(socket_, 8) == 0);
        REQUIRE(::getsockname(socket_, address, &size) == 0);
        port_ = ntohs(sockaddr_in.sin_port);
    }

    ~silent_port() { close(); }

    silent_port(const silent_port&) = delete;
    silent_port& operator=(const silent_port&) = delete;

    void close() {
        if (socket_ >= 0) {
            ::close(socket_);
            socket_ = -1;
        }
    }

    [[nodiscard]] std::string url() const {
        return "postgresql://nobody@127.0.0.1:" + std::to_string(port_) + "/vf";
    }

private:
    int socket_;
    int port_{};
};

void check_unavailable(const vf::result<void>& answer) {
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == failure::transient);
    CHECK(answer.error().code == "database_unavailable");
}

void nothing(transaction&) {}

}  // namespace

TEST_CASE("pool: a connection is set up the same whatever the server's defaults", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.statement_timeout = std::chrono::milliseconds{4321};
    const auto pool = fixture.make_pool(options);
    const auto got = fixture.transact(*pool, [](transaction& tx) {
        return tx.query(
            "SELECT current_setting('statement_timeout'), current_setting('TimeZone'),"
            " current_setting('transaction_isolation'), current_setting('application_name'),"
            " current_setting('idle_in_transaction_session_timeout')"
        );
    });
    REQUIRE(got);
    const row& first = got->at(0);
    CHECK(first.text(0) == "4321ms");
    CHECK(first.text(1) == "UTC");
    CHECK(first.text(2) == "read committed");
    CHECK(first.text(3) == "vf-test");
    CHECK(first.text(4) == "15s");
}

TEST_CASE("pool: it opens no connection before one is needed, and closes them", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.connections = 3;
    const auto pool = fixture.make_pool(options);
    CHECK(fixture.metrics().contains("vf_postgres_connections 0\n"));
    CHECK(fixture.number(*pool, "SELECT 7") == 7);
    CHECK(fixture.metrics().contains("vf_postgres_connections 1\n"));
    CHECK(fixture.metrics().contains(
        R"(vf_postgres_transaction_seconds_count{outcome="committed"} 1)"
    ));
    pool->close();
    CHECK(fixture.metrics().contains("vf_postgres_connections 0\n"));
    const auto late = fixture.transact(*pool, &nothing);
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == failure::stopped);
    CHECK(late.error().code == "pool_closed");
}

TEST_CASE("pool: a statement over its time is transient and poisons nothing", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.statement_timeout = std::chrono::milliseconds{50};
    const auto pool = fixture.make_pool(options);
    const auto slow = fixture.script(*pool, "SELECT pg_sleep(10)");
    REQUIRE_FALSE(slow);
    CHECK(slow.error().kind == failure::transient);
    CHECK(slow.error().code == "database_timeout");
    CHECK(slow.error().detail.starts_with("57014"));
    CHECK(fixture.number(*pool, "SELECT 7") == 7);
}

TEST_CASE(
    "pool: a connection killed in a transaction is transient, then replaced", "[integration]"
) {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, "CREATE TABLE t (a int)"));
    const auto killed = fixture.transact(*pool, [](transaction& tx) {
        tx.execute("INSERT INTO t VALUES (1)");
        tx.query("SELECT pg_terminate_backend(pg_backend_pid())");
        tx.query("SELECT 1");
    });
    check_unavailable(killed);
    CHECK(fixture.number(*pool, "SELECT count(*) FROM t") == 0);
    CHECK(fixture.metrics().contains("vf_postgres_connections 1\n"));
}

TEST_CASE("pool: a connection killed just before the commit is transient", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto killer = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, "CREATE TABLE t (a int)"));
    std::latch written{1};
    std::latch dead{1};
    std::atomic<std::int64_t> backend{0};
    side_by_side<void> both{fixture};
    both.add(*pool, [&](transaction& tx) {
        backend = tx.query("INSERT INTO t VALUES (1) RETURNING pg_backend_pid()")[0].integer(0);
        written.count_down();
        dead.wait();
    });
    both.add(*killer, [&](transaction& tx) {
        written.wait();
        tx.query("SELECT pg_terminate_backend($1::int, 5000)", params{}.integer(backend.load()));
        dead.count_down();
    });
    REQUIRE(both.finish());
    check_unavailable(both.answer(0));
    CHECK(both.answer(1).has_value());
    CHECK(fixture.number(*pool, "SELECT count(*) FROM t") == 0);
}

TEST_CASE("pool: a connection that died while idle is replaced unnoticed", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto killer = fixture.make_pool(fixture.options());
    const auto backend = fixture.number(*pool, "SELECT pg_backend_pid()");
    const std::string kill = "SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)";
    REQUIRE(fixture.script(*killer, kill));
    int calls = 0;
    const auto answer = fixture.transact(*pool, [&calls](transaction& tx) {
        ++calls;
        return tx.query("SELECT pg_backend_pid()")[0].integer(0);
    });
    REQUIRE(answer);
    CHECK(*answer != backend);
    CHECK(calls == 1);
}

TEST_CASE("pool: a server that is away is transient, and at once", "[integration]") {
    postgres_fixture fixture;
    silent_port port;
    auto options = fixture.options();
    options.url = port.url();
    port.close();
    const auto pool = fixture.make_pool(options);
    check_unavailable(fixture.transact(*pool, &nothing));
}

TEST_CASE("pool: a server that does not answer is given up after a time", "[integration]") {
    postgres_fixture fixture;
    const silent_port port;
    auto options = fixture.options();
    options.url = port.url();
    options.connect_timeout = std::chrono::seconds{1};
    const auto pool = fixture.make_pool(options);
    check_unavailable(fixture.transact(*pool, &nothing));
}

TEST_CASE("pool: a URL that makes no sense is permanent", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.url = "postgresql://host/vf?nonsense=1";
    const auto pool = fixture.make_pool(options);
    const auto answer = fixture.transact(*pool, &nothing);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == failure::permanent);
    CHECK(answer.error().code == "database_error");
}

TEST_CASE("pool: callers are served in the order they came", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    std::latch gate{1};
    std::vector<int> order;  // by the one thread of the pool
    side_by_side<void> callers{fixture};
    callers.add(*pool, [&](transaction&) { gate.wait(); });
    for (int i = 0; i < 6; ++i) {
        callers.add(*pool, [&order, i](transaction&) { order.push_back(i); });
    }
    // Every caller has come by the time this one runs, since the loop is fair.
    vf::support::run_task(fixture.events(), vf::runtime::yield());
    vf::support::run_task(fixture.events(), vf::runtime::yield());
    CHECK(fixture.metrics().contains("vf_postgres_waiting 6\n"));
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(order == std::vector{0, 1, 2, 3, 4, 5});
    CHECK(fixture.metrics().contains("vf_postgres_waiting 0\n"));
}

TEST_CASE("pool: who waits too long is told so, and the next is served", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.wait_limit = std::chrono::milliseconds{20};
    const auto pool = fixture.make_pool(options);
    std::latch gate{1};
    side_by_side<void> callers{fixture};
    callers.add(*pool, [&](transaction&) { gate.wait(); });
    vf::support::run_task(fixture.events(), vf::runtime::yield());
    check_unavailable(fixture.transact(*pool, &nothing));
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(callers.answer(0).has_value());
    CHECK(fixture.number(*pool, "SELECT 7") == 7);
}

TEST_CASE("pool: closing it ends the wait of those in line, not the work", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    std::latch gate{1};
    side_by_side<void> callers{fixture};
    callers.add(*pool, [&](transaction& tx) {
        gate.wait();
        tx.query("SELECT 1");
    });
    callers.add(*pool, &nothing);
    vf::support::run_task(fixture.events(), vf::runtime::yield());
    vf::support::run_task(fixture.events(), vf::runtime::yield());
    pool->close();
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(callers.answer(0).has_value());
    REQUIRE_FALSE(callers.answer(1).has_value());
    CHECK(callers.answer(1).error().code == "pool_closed");
    CHECK(fixture.metrics().contains("vf_postgres_connections 0\n"));
}

TEST_CASE("pool: a deadlock and a serialisation failure ask for another try", "[integration]") {
    postgres_fixture fixture;
    auto options = fixture.options();
    options.connections = 2;
    const auto pool = fixture.make_pool(options);
    REQUIRE(
        fixture.script(*pool, "CREATE TABLE t (a int, n int); INSERT INTO t VALUES (1, 0), (2, 0)")
    );
    side_by_side<void> both{fixture};
    SECTION("deadlock") {
        std::latch locked{2};
        for (const int first : {1, 2}) {
            both.add(*pool, [&locked, first](transaction& tx) {
                tx.script("SET LOCAL deadlock_timeout = '20ms'");
                const auto update = "UPDATE t SET n = n + 1 WHERE a = $1::int";
                tx.execute(update, params{}.integer(first));
                locked.arrive_and_wait();
                tx.execute(update, params{}.integer(3 - first));
            });
        }
        REQUIRE(both.finish());
    }
    SECTION("serialisation") {
        std::latch seen{1};
        std::latch changed{1};
        both.add(*pool, [&](transaction& tx) {
            tx.script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
            seen.count_down();
            changed.wait();
            tx.execute("UPDATE t SET n = 5 WHERE a = 1");
        });
        both.add(*pool, [&](transaction& tx) {
            seen.wait();
            // Committed by hand, since the other waits for it inside its transaction.
            tx.script("UPDATE t SET n = 1; COMMIT; BEGIN");
            changed.count_down();
        });
        REQUIRE(both.finish());
    }
    REQUIRE(both.answer(0).has_value() != both.answer(1).has_value());
    const auto& loser = both.answer(0) ? both.answer(1) : both.answer(0);
    CHECK(loser.error().kind == failure::transient);
    CHECK(loser.error().code == "database_conflict");
}

TEST_CASE("pool: a plan outdated by a schema change asks for another try", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, "CREATE TABLE t (a int); INSERT INTO t VALUES (7)"));
    const auto columns = [](transaction& tx) { return tx.query("SELECT * FROM t"); };
    REQUIRE(fixture.transact(*pool, columns));
    REQUIRE(fixture.script(*pool, "ALTER TABLE t ADD COLUMN b int DEFAULT 8"));
    const auto outdated = fixture.transact(*pool, columns);
    REQUIRE_FALSE(outdated);
    CHECK(outdated.error().kind == failure::transient);
    CHECK(outdated.error().code == "database_conflict");
    const auto fresh = fixture.transact(*pool, columns);
    REQUIRE(fresh);
    CHECK(fresh->at(0).integer(1) == 8);
}

TEST_CASE("pool: statements are prepared once, and not without end", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const std::string count = "SELECT count(*) FROM pg_prepared_statements";
    CHECK(fixture.number(*pool, count) == 1);
    CHECK(fixture.number(*pool, count) == 1);
    for (int i = 0; i < 300; ++i) {
        REQUIRE(fixture.number(*pool, "SELECT 0 + " + std::to_string(i)) == i);
    }
    CHECK(fixture.number(*pool, count) == 256);
}
