#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "connection_text.hpp"
#include "sqlstate.hpp"

using namespace vf::postgres;
using vf::failure;

TEST_CASE("sqlstate: each class says what the caller may do") {
    struct sample {
        std::string_view sqlstate;
        failure kind;
        std::string_view code;
    };

    const auto one = GENERATE(
        sample{"08006", failure::transient, "database_unavailable"},
        sample{"53300", failure::transient, "database_unavailable"},
        sample{"55P03", failure::transient, "database_unavailable"},
        sample{"57014", failure::transient, "database_timeout"},
        sample{"25006", failure::transient, "database_read_only"},
        sample{"53100", failure::transient, "database_unavailable"},
        sample{"57P03", failure::transient, "database_unavailable"},
        sample{"21000", failure::data, "database_refused"},
        sample{"22003", failure::data, "database_refused"},
        sample{"44000", failure::data, "database_refused"},
        sample{"54000", failure::data, "database_refused"},
        sample{"57P01", failure::transient, "database_unavailable"},
        sample{"25P03", failure::transient, "database_unavailable"},
        sample{"40001", failure::transient, "database_conflict"},
        sample{"40P01", failure::transient, "database_conflict"},
        sample{"23505", failure::conflict, "unique_violation"},
        sample{"22P02", failure::data, "database_refused"},
        sample{"22021", failure::data, "database_refused"},
        sample{"23502", failure::data, "database_refused"},
        sample{"23503", failure::data, "database_refused"},
        sample{"23514", failure::data, "database_refused"},
        sample{"08P01", failure::permanent, "database_error"},
        sample{"25P02", failure::permanent, "database_error"},
        sample{"42P01", failure::permanent, "database_error"},
        sample{"42501", failure::permanent, "database_error"},
        sample{"0A000", failure::permanent, "database_error"},
        sample{"XX000", failure::permanent, "database_error"},
        sample{"", failure::permanent, "database_error"}
    );
    CAPTURE(one.sqlstate);
    const vf::error error = error_of_sqlstate(one.sqlstate, "ERROR:  no\n");
    CHECK(error.kind == one.kind);
    CHECK(error.code == one.code);
}

TEST_CASE("sqlstate: the detail is the first line without its severity") {
    CHECK(
        error_of_sqlstate(
            "23505",
            "ERROR:  duplicate key value violates unique constraint \"users_pkey\"\n"
            "DETAIL:  Key (email)=(ada@example.com) already exists.\n"
        )
            .detail == "23505 duplicate key value violates unique constraint \"users_pkey\""
    );
}

TEST_CASE("sqlstate: of a message about data the value at fault is left out") {
    struct sample {
        std::string_view message;
        std::string_view detail;
    };

    const auto one = GENERATE(
        sample{
            R"(ERROR:  invalid input syntax for type integer: "ada")",
            R"(22P02 invalid input syntax for type integer: "…")"
        },
        sample{R"(ERROR:  value "1"2" is out of range)", R"(22P02 value "…" is out of range)"},
        sample{"ERROR:  division by zero", "22P02 division by zero"},
        sample{R"(ERROR:  cut short "ada)", "22P02 cut short "}
    );
    CHECK(error_of_sqlstate("22P02", one.message).detail == one.detail);
}

TEST_CASE("connection text: our settings win, and the URL over our defaults") {
    const auto text = connection_text(
        "postgresql://ada:it%27s@db.example:5433/vf?application_name=x&keepalives_idle=99",
        "normaliser", std::chrono::milliseconds{1500}
    );
    REQUIRE(text);
    const auto says = [&text](std::string_view part) { return text->contains(part); };
    CHECK(says("application_name='normaliser' "));
    CHECK(says("connect_timeout='2' "));
    CHECK(says("client_encoding='UTF8' "));
    CHECK(says("keepalives_idle='99' "));
    CHECK(says("keepalives_count='3' "));
    CHECK(says("tcp_user_timeout='15000' "));
    CHECK(says(R"(password='it\'s' )"));
    CHECK(says("host='db.example' "));
}

TEST_CASE("connection text: a connect timeout is never nought, which would mean for ever") {
    const auto text = connection_text("host=a", "x", vf::duration{0});
    REQUIRE(text);
    CHECK(text->contains("connect_timeout='1' "));
}

TEST_CASE("connection text: what cannot be parsed is refused without repeating it") {
    const auto text = connection_text("postgresql://ada:hunter2@host/vf?nonsense=1", "x", {});
    REQUIRE_FALSE(text);
    CHECK(text.error().kind == failure::permanent);
    CHECK(text.error().code == "database_error");
    CHECK_FALSE(text.error().detail.contains("hunter2"));
}
