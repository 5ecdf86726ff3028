#include <catch2/catch_test_macros.hpp>

#include "postgres_fixture.hpp"
#include "vf/base/time_text.hpp"
#include "vf/postgres/columns.hpp"

using namespace vf::postgres;
using vf::instant;
using vf::postgres_tests::postgres_fixture;

namespace {

struct sample {
    std::string text;
    std::optional<std::string> maybe_text{};
    std::int64_t number{0};
    std::optional<std::int64_t> maybe_number{};
    bool flag{false};
    instant seen_at{};
    std::optional<instant> maybe_at{};
    std::string bytes{};
};

constexpr columns<sample, 8> of_sample{{
    {"a_text", "text", [](const sample& one) { return one.text; }},
    {"maybe_text", "text", [](const sample& one) { return one.maybe_text; }},
    {"number", "bigint", [](const sample& one) { return one.number; }},
    {"maybe_number", "bigint", [](const sample& one) { return one.maybe_number; }},
    {"flag", "boolean", [](const sample& one) { return one.flag; }},
    {"seen_at", "timestamptz", [](const sample& one) { return one.seen_at; }},
    {"maybe_at", "timestamptz", [](const sample& one) { return one.maybe_at; }},
    {"some_bytes", "bytea", [](const sample& one) { return one.bytes; }},
}};

}  // namespace

TEST_CASE("columns: a batch comes back as it was bound, whatever its types", "[integration]") {
    postgres_fixture fixture;
    const auto pool = fixture.make_pool(fixture.options());
    const instant noon = *vf::parse_instant("2024-11-20T12:00:00Z");
    const std::vector<sample> samples{
        {"a \"b\", {c}", "", -7, 9, true, noon, noon, std::string{"\0\xff", 2}},
        {"NULL", std::nullopt, 1, std::nullopt, false, noon, std::nullopt, ""},
    };
    const auto statement = "SELECT " + names(of_sample) + " FROM " + unnest(of_sample) + " AS n (" +
                           names(of_sample) + ")";
    const auto rows = fixture.transact(*pool, [&](transaction& tx) {
        return tx.query(statement, bind(of_sample, samples));
    });
    REQUIRE(rows.has_value());
    REQUIRE(rows->size() == samples.size());
    for (std::size_t index = 0; index < samples.size(); ++index) {
        const auto& row = (*rows)[index];
        const auto& expected = samples[index];
        CHECK(row.text("a_text") == expected.text);
        CHECK(row.optional_text("maybe_text") == expected.maybe_text);
        CHECK(row.integer("number") == expected.number);
        CHECK(row.optional_integer("maybe_number") == expected.maybe_number);
        CHECK(row.boolean("flag") == expected.flag);
        CHECK(row.timestamp("seen_at") == expected.seen_at);
        CHECK(row.optional_timestamp("maybe_at") == expected.maybe_at);
        CHECK(row.bytes("some_bytes") == expected.bytes);
    }
}
