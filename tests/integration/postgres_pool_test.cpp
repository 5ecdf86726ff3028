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
using vf::postgres_tests::fixture;
using vf::postgres_tests::side_by_side;

namespace {

// A port of loopback that takes connections and never says a word, or refuses them once closed.
class silent_port {
public:
    silent_port() : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        REQUIRE(::bind(socket_, address, size) == 0);
        REQUIRE(::listen(socket_, 8) == 0);
        REQUIRE(::getsockname(socket_, address, &size) == 0);
        port_ = ntohs(at.sin_port);
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
    fixture on;
    auto options = on.options();
    options.statement_timeout = std::chrono::milliseconds{4321};
    const auto pool = on.make_pool(options);
    const auto got = on.transact(*pool, [](transaction& in) {
        return in.query(
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
    fixture on;
    auto options = on.options();
    options.connections = 3;
    const auto pool = on.make_pool(options);
    CHECK(on.metrics().contains("vf_postgres_connections 0\n"));
    CHECK(on.number(*pool, "SELECT 7") == 7);
    CHECK(on.metrics().contains("vf_postgres_connections 1\n"));
    CHECK(on.metrics().contains(R"(vf_postgres_transaction_seconds_count{outcome="committed"} 1)"));
    pool->close();
    CHECK(on.metrics().contains("vf_postgres_connections 0\n"));
    const auto late = on.transact(*pool, &nothing);
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == failure::stopped);
    CHECK(late.error().code == "pool_closed");
}

TEST_CASE("pool: a statement over its time is transient and poisons nothing", "[integration]") {
    fixture on;
    auto options = on.options();
    options.statement_timeout = std::chrono::milliseconds{50};
    const auto pool = on.make_pool(options);
    const auto slow = on.script(*pool, "SELECT pg_sleep(10)");
    check_unavailable(slow);
    CHECK(slow.error().detail.starts_with("57014"));
    CHECK(on.number(*pool, "SELECT 7") == 7);
}

TEST_CASE(
    "pool: a connection killed in a transaction is transient, then replaced", "[integration]"
) {
    fixture on;
    const auto pool = on.make_pool(on.options());
    REQUIRE(on.script(*pool, "CREATE TABLE t (a int)"));
    const auto killed = on.transact(*pool, [](transaction& in) {
        in.execute("INSERT INTO t VALUES (1)");
        in.query("SELECT pg_terminate_backend(pg_backend_pid())");
        in.query("SELECT 1");
    });
    check_unavailable(killed);
    CHECK(on.number(*pool, "SELECT count(*) FROM t") == 0);
    CHECK(on.metrics().contains("vf_postgres_connections 1\n"));
}

TEST_CASE("pool: a connection killed just before the commit is transient", "[integration]") {
    fixture on;
    const auto pool = on.make_pool(on.options());
    const auto killer = on.make_pool(on.options());
    REQUIRE(on.script(*pool, "CREATE TABLE t (a int)"));
    std::latch written{1};
    std::latch dead{1};
    std::atomic<std::int64_t> backend{0};
    side_by_side<void> both{on};
    both.add(*pool, [&](transaction& in) {
        backend = in.query("INSERT INTO t VALUES (1) RETURNING pg_backend_pid()")[0].integer(0);
        written.count_down();
        dead.wait();
    });
    both.add(*killer, [&](transaction& in) {
        written.wait();
        in.query("SELECT pg_terminate_backend($1::int, 5000)", params{}.integer(backend.load()));
        dead.count_down();
    });
    REQUIRE(both.finish());
    check_unavailable(both.answer(0));
    CHECK(both.answer(1).has_value());
    CHECK(on.number(*pool, "SELECT count(*) FROM t") == 0);
}

TEST_CASE("pool: a connection that died while idle is replaced unnoticed", "[integration]") {
    fixture on;
    const auto pool = on.make_pool(on.options());
    const auto killer = on.make_pool(on.options());
    const auto backend = on.number(*pool, "SELECT pg_backend_pid()");
    const std::string kill = "SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)";
    REQUIRE(on.script(*killer, kill));
    int calls = 0;
    const auto answer = on.transact(*pool, [&calls](transaction& in) {
        ++calls;
        return in.query("SELECT pg_backend_pid()")[0].integer(0);
    });
    REQUIRE(answer);
    CHECK(*answer != backend);
    CHECK(calls == 1);
}

TEST_CASE("pool: a server that is away is transient, and at once", "[integration]") {
    fixture on;
    silent_port port;
    auto options = on.options();
    options.url = port.url();
    port.close();
    const auto pool = on.make_pool(options);
    check_unavailable(on.transact(*pool, &nothing));
}

TEST_CASE("pool: a server that does not answer is given up after a time", "[integration]") {
    fixture on;
    const silent_port port;
    auto options = on.options();
    options.url = port.url();
    options.connect_timeout = std::chrono::seconds{1};
    const auto pool = on.make_pool(options);
    check_unavailable(on.transact(*pool, &nothing));
}

TEST_CASE("pool: a URL that makes no sense is permanent", "[integration]") {
    fixture on;
    auto options = on.options();
    options.url = "postgresql://host/vf?nonsense=1";
    const auto pool = on.make_pool(options);
    const auto answer = on.transact(*pool, &nothing);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == failure::permanent);
    CHECK(answer.error().code == "database_error");
}

TEST_CASE("pool: callers are served in the order they came", "[integration]") {
    fixture on;
    const auto pool = on.make_pool(on.options());
    std::latch gate{1};
    std::vector<int> order;  // by the one thread of the pool
    side_by_side<void> callers{on};
    callers.add(*pool, [&](transaction&) { gate.wait(); });
    for (int i = 0; i < 6; ++i) {
        callers.add(*pool, [&order, i](transaction&) { order.push_back(i); });
    }
    // Every caller has come by the time this one runs, since the loop is fair.
    vf::support::run_task(on.events(), vf::runtime::yield());
    vf::support::run_task(on.events(), vf::runtime::yield());
    CHECK(on.metrics().contains("vf_postgres_waiting 6\n"));
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(order == std::vector{0, 1, 2, 3, 4, 5});
    CHECK(on.metrics().contains("vf_postgres_waiting 0\n"));
}

TEST_CASE("pool: who waits too long is told so, and the next is served", "[integration]") {
    fixture on;
    auto options = on.options();
    options.wait_limit = std::chrono::milliseconds{20};
    const auto pool = on.make_pool(options);
    std::latch gate{1};
    side_by_side<void> callers{on};
    callers.add(*pool, [&](transaction&) { gate.wait(); });
    vf::support::run_task(on.events(), vf::runtime::yield());
    check_unavailable(on.transact(*pool, &nothing));
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(callers.answer(0).has_value());
    CHECK(on.number(*pool, "SELECT 7") == 7);
}

TEST_CASE("pool: closing it ends the wait of those in line, not the work", "[integration]") {
    fixture on;
    const auto pool = on.make_pool(on.options());
    std::latch gate{1};
    side_by_side<void> callers{on};
    callers.add(*pool, [&](transaction& in) {
        gate.wait();
        in.query("SELECT 1");
    });
    callers.add(*pool, &nothing);
    vf::support::run_task(on.events(), vf::runtime::yield());
    vf::support::run_task(on.events(), vf::runtime::yield());
    pool->close();
    gate.count_down();
    REQUIRE(callers.finish());
    CHECK(callers.answer(0).has_value());
    REQUIRE_FALSE(callers.answer(1).has_value());
    CHECK(callers.answer(1).error().code == "pool_closed");
    CHECK(on.metrics().contains("vf_postgres_connections 0\n"));
}

TEST_CASE("pool: a deadlock and a serialisation failure ask for another try", "[integration]") {
    fixture on;
    auto options = on.options();
    options.connections = 2;
    const auto pool = on.make_pool(options);
    REQUIRE(on.script(*pool, "CREATE TABLE t (a int, n int); INSERT INTO t VALUES (1, 0), (2, 0)"));
    side_by_side<void> both{on};
    SECTION("deadlock") {
        std::latch locked{2};
        for (const int first : {1, 2}) {
            both.add(*pool, [&locked, first](transaction& in) {
                in.script("SET LOCAL deadlock_timeout = '20ms'");
                const auto update = "UPDATE t SET n = n + 1 WHERE a = $1::int";
                in.execute(update, params{}.integer(first));
                locked.arrive_and_wait();
                in.execute(update, params{}.integer(3 - first));
            });
        }
        REQUIRE(both.finish());
    }
    SECTION("serialisation") {
        std::latch seen{1};
        std::latch changed{1};
        both.add(*pool, [&](transaction& in) {
            in.script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
            seen.count_down();
            changed.wait();
            in.execute("UPDATE t SET n = 5 WHERE a = 1");
        });
        both.add(*pool, [&](transaction& in) {
            seen.wait();
            // Committed by hand, since the other waits for it inside its transaction.
            in.script("UPDATE t SET n = 1; COMMIT; BEGIN");
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
    fixture on;
    const auto pool = on.make_pool(on.options());
    REQUIRE(on.script(*pool, "CREATE TABLE t (a int); INSERT INTO t VALUES (7)"));
    const auto columns = [](transaction& in) { return in.query("SELECT * FROM t"); };
    REQUIRE(on.transact(*pool, columns));
    REQUIRE(on.script(*pool, "ALTER TABLE t ADD COLUMN b int DEFAULT 8"));
    const auto outdated = on.transact(*pool, columns);
    REQUIRE_FALSE(outdated);
    CHECK(outdated.error().kind == failure::transient);
    CHECK(outdated.error().code == "database_conflict");
    const auto fresh = on.transact(*pool, columns);
    REQUIRE(fresh);
    CHECK(fresh->at(0).integer(1) == 8);
}

TEST_CASE("pool: statements are prepared once, and not without end", "[integration]") {
    fixture on;
    const auto pool = on.make_pool(on.options());
    const std::string count = "SELECT count(*) FROM pg_prepared_statements";
    CHECK(on.number(*pool, count) == 1);
    CHECK(on.number(*pool, count) == 1);
    for (int i = 0; i < 300; ++i) {
        REQUIRE(on.number(*pool, "SELECT 0 + " + std::to_string(i)) == i);
    }
    CHECK(on.number(*pool, count) == 256);
}
