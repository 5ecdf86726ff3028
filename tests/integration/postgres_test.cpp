#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "postgres_fixture.hpp"
#include "vf/base/time_text.hpp"
#include "vf/postgres/pool.hpp"

using namespace vf::postgres;
using vf::failure;
using vf::postgres_tests::postgres_fixture;

namespace {

constexpr auto tables = R"(
    CREATE TABLE parents (
        id bigint PRIMARY KEY, email text NOT NULL UNIQUE, age int CHECK (age > 0)
    );
    CREATE TABLE children (parent bigint NOT NULL REFERENCES parents (id));
    INSERT INTO parents VALUES (1, 'ada@example.com', 36);
)";

}  // namespace

TEST_CASE("transaction: what was written is there after the commit", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, tables));
    const auto written = fixture.transact(*pool, [](transaction& tx) {
        return tx.execute(
            "INSERT INTO parents SELECT unnest($1::bigint[]), unnest($2::text[]), 1",
            params{}.integers({2, 3}).texts(std::vector<std::string>{"b", "c"})
        );
    });
    CHECK(written == 2);
    CHECK(fixture.number(*pool, "SELECT count(*) FROM parents") == 3);
}

TEST_CASE("transaction: a refusal rolls back, and what follows it does nothing", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, tables));
    bool empty_after = false;
    const auto refused = fixture.transact(*pool, [&](transaction& tx) {
        tx.execute("DELETE FROM parents");
        tx.refuse({failure::data, "not_today", "first"});
        tx.refuse({failure::permanent, "another", "second"});
        tx.script("DROP TABLE children");
        empty_after = tx.failed() && tx.query("SELECT 1").empty() &&
                      tx.execute("INSERT INTO parents VALUES (9, 'z', 1)") == 0;
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == vf::error{failure::data, "not_today", "first"});
    CHECK(empty_after);
    CHECK(fixture.number(*pool, "SELECT count(*) FROM parents") == 1);
    CHECK(fixture.number(*pool, "SELECT count(*) FROM children") == 0);
}

TEST_CASE("transaction: each class of SQLSTATE becomes its error", "[integration]") {
    struct sample {
        std::string statement;
        failure kind;
        std::string code;
        std::string sqlstate;
    };

    const auto raise = [](const std::string& sqlstate) {
        return "DO $$ BEGIN RAISE 'made up' USING ERRCODE = '" + sqlstate + "'; END $$";
    };
    const auto transient = failure::transient;
    const std::vector<sample> samples{
        {"SELECT 1 / 0", failure::data, "database_refused", "22012"},
        {"SELECT 'x'::int", failure::data, "database_refused", "22P02"},
        {"SELECT to_jsonb('{\"a\":\"\\u0000\"}'::jsonb)", failure::data, "database_refused", "22P05"
        },
        {"INSERT INTO parents VALUES (2, NULL)", failure::data, "database_refused", "23502"},
        {"INSERT INTO children VALUES (77)", failure::data, "database_refused", "23503"},
        {"INSERT INTO parents VALUES (2, 'b', 0)", failure::data, "database_refused", "23514"},
        {"INSERT INTO parents VALUES (1, 'b')", failure::conflict, "unique_violation", "23505"},
        {raise("08000"), transient, "database_unavailable", ""},
        {raise("40001"), transient, "database_conflict", "40001"},
        {raise("53100"), transient, "database_unavailable", "53100"},
        {raise("55P03"), transient, "database_unavailable", "55P03"},
        {raise("57P03"), transient, "database_unavailable", "57P03"},
        {"SELEC 1", failure::permanent, "database_error", "42601"},
        {"SELECT * FROM nowhere", failure::permanent, "database_error", "42P01"},
        {"SELECT $1::int", failure::permanent, "database_error", "08P01"},
        {raise("42501"), failure::permanent, "database_error", "42501"},
        {raise("P0001"), failure::permanent, "database_error", "P0001"},
    };
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, tables));
    const auto backend = fixture.number(*pool, "SELECT pg_backend_pid()");
    for (const sample& one : samples) {
        CAPTURE(one.statement);
        const auto failed = fixture.transact(*pool, [&](transaction& tx) {
            tx.execute("INSERT INTO parents VALUES (50, 'gone', 1)");
            tx.query(one.statement);
            tx.query("SELECT 1");
        });
        REQUIRE_FALSE(failed);
        CHECK(failed.error().kind == one.kind);
        CHECK(failed.error().code == one.code);
        CHECK(failed.error().detail.starts_with(one.sqlstate));
        CHECK(fixture.number(*pool, "SELECT pg_backend_pid()") == backend);
    }
    CHECK(fixture.number(*pool, "SELECT count(*) FROM parents") == 1);
}

TEST_CASE("transaction: a constraint checked at the commit is reported", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)"));
    const auto failed = fixture.transact(*pool, [](transaction& tx) {
        tx.execute("INSERT INTO t VALUES (1), (1)");
    });
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::conflict);
    CHECK(fixture.number(*pool, "SELECT count(*) FROM t") == 0);
}

TEST_CASE("transaction: the detail never repeats a parameter", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, tables));
    const std::string statement = GENERATE(
        "INSERT INTO parents VALUES (2, $1, 1)", "SELECT $1::text::int", "SELECT $1::timestamptz",
        "SELECT $1::jsonb", "INSERT INTO parents VALUES (3, $1 || '!', -1)", "SELECT $1::int[]"
    );
    const auto failed = fixture.transact(*pool, [&](transaction& tx) {
        tx.query(statement, params{}.text("ada@example.com"));
    });
    REQUIRE_FALSE(failed);
    CHECK_FALSE(failed.error().detail.contains("ada"));
}

TEST_CASE("transaction: a NUL byte in a text is refused, not cut", "[integration]") {
    using namespace std::string_literals;
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto one = fixture.transact(*pool, [](transaction& tx) {
        tx.query("SELECT $1", params{}.text("a\0b"s));
    });
    REQUIRE_FALSE(one);
    CHECK(one.error().kind == failure::data);
    CHECK(one.error().code == "database_refused");
    const auto in_array = fixture.transact(*pool, [](transaction& tx) {
        tx.query("SELECT $1::text[]", params{}.texts(std::vector{"a\0b"s}));
    });
    REQUIRE_FALSE(in_array);
    CHECK(in_array.error().code == "database_refused");
    CHECK(fixture.number(*pool, "SELECT 1") == 1);
}

TEST_CASE("transaction: work that throws is rolled back and reported", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    REQUIRE(fixture.script(*pool, tables));
    const auto thrown = fixture.transact(*pool, [](transaction& tx) {
        tx.execute("DELETE FROM parents");
        throw std::out_of_range{"beyond"};
    });
    REQUIRE_FALSE(thrown);
    CHECK(thrown.error().kind == failure::permanent);
    CHECK(thrown.error().detail.contains("beyond"));
    CHECK(fixture.number(*pool, "SELECT count(*) FROM parents") == 1);
}

TEST_CASE("transaction: memory that runs out is no fault of the work", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto done = fixture.transact(*pool, [](transaction& tx) {
        tx.script("CREATE TABLE left_behind (n int)");
        throw std::bad_alloc{};
    });
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == failure::transient);
    CHECK(done.error().code == "out_of_memory");
    CHECK(
        fixture.number(
            *pool,
            "SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind' "
            "AND schemaname = current_schema()"
        ) == 0
    );
}

TEST_CASE("params: single values come back as they went", "[integration]") {
    using namespace std::string_literals;
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const auto when = vf::parse_instant("2024-11-20T23:18:50.123456Z").value();
    const auto got = fixture.transact(*pool, [&](transaction& tx) {
        return tx.query(
            "SELECT $1::text, $2::text, $3::bigint, $4::bigint, $5::boolean, $6::timestamptz,"
            " $7::timestamptz, $8::timestamptz, $9::timestamptz, $10::bytea, $11::bytea,"
            " 0.1::float8, 'infinity'::float8, $12::text",
            params{}
                .text(R"(it's "q" \ {a,b} NULL é 漢 🙂)")
                .text(std::optional<std::string>{})
                .integer(std::int64_t{INT64_MIN})
                .integer(std::optional<std::int64_t>{})
                .boolean(true)
                .timestamp(when)
                .timestamp(vf::instant::min())
                .timestamp(vf::instant::max())
                .timestamp(std::optional<vf::instant>{})
                .bytes("\0\xff\\x'\n"s)
                .bytes(std::optional<std::string>{})
                .text("")
        );
    });
    REQUIRE(got);
    const row& first = got->at(0);
    CHECK(first.text(0) == R"(it's "q" \ {a,b} NULL é 漢 🙂)");
    CHECK(first.is_null(1));
    CHECK(first.optional_text(1) == std::nullopt);
    CHECK(first.integer(2) == INT64_MIN);
    CHECK(first.optional_integer(3) == std::nullopt);
    CHECK(first.boolean(4));
    CHECK(first.timestamp(5) == when);
    CHECK(first.timestamp(6) == vf::instant::min());
    CHECK(first.timestamp(7) == vf::instant::max());
    CHECK(first.optional_timestamp(8) == std::nullopt);
    CHECK(first.bytes(9) == "\0\xff\\x'\n"s);
    CHECK(first.optional_bytes(10) == std::nullopt);
    CHECK(first.real(11) == 0.1);
    CHECK(first.real(12) > 1e308);
    CHECK(first.optional_text(13) == "");
}

TEST_CASE("params: arrays come back element by element", "[integration]") {
    using namespace std::string_literals;
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const std::vector<std::optional<std::string>> texts{
        "",      "NULL", std::nullopt, "null", R"(a"b)", R"(a\b)",     R"(\")",   "a,b",
        "{a}",   "{}",   " a ",        "a\nb", "\t",     R"(\x00)",    "é漢🙂",   "'",
        R"("")", "\\",   "\\\\",       "$1",   ";--",    std::nullopt, "\x01\x7f"
    };
    const std::vector<std::string> bytes{"", "\0"s, "\xff\xfe", "\\x00", "a\"b,{}"};
    const auto when = vf::parse_instant("1969-12-31T23:59:59.999999Z").value();
    const std::vector<std::optional<vf::instant>> instants{
        when, std::nullopt, vf::instant::min(), vf::instant::max()
    };
    const auto got = fixture.transact(*pool, [&](transaction& tx) {
        std::vector<rows> all;
        all.push_back(tx.query("SELECT unnest($1::text[])", params{}.texts(texts)));
        all.push_back(tx.query("SELECT unnest($1::bytea[])", params{}.byte_strings(bytes)));
        all.push_back(tx.query("SELECT unnest($1::timestamptz[])", params{}.timestamps(instants)));
        all.push_back(
            tx.query("SELECT unnest($1::boolean[])", params{}.booleans({true, false, true}))
        );
        all.push_back(
            tx.query("SELECT unnest($1::bigint[])", params{}.integers({0, INT64_MIN, INT64_MAX}))
        );
        all.push_back(tx.query("SELECT unnest($1::bigint[])", params{}.integers({})));
        return all;
    });
    REQUIRE(got);
    REQUIRE(got->at(0).size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(got->at(0)[i].optional_text(0) == texts[i]);
    }
    REQUIRE(got->at(1).size() == bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        CHECK(got->at(1)[i].bytes(0) == bytes[i]);
    }
    REQUIRE(got->at(2).size() == instants.size());
    for (std::size_t i = 0; i < instants.size(); ++i) {
        CHECK(got->at(2)[i].optional_timestamp(0) == instants[i]);
    }
    REQUIRE(got->at(3).size() == 3);
    CHECK_FALSE(got->at(3)[1].boolean(0));
    REQUIRE(got->at(4).size() == 3);
    CHECK(got->at(4)[1].integer(0) == INT64_MIN);
    CHECK(got->at(4)[2].integer(0) == INT64_MAX);
    CHECK(got->at(5).empty());
}
