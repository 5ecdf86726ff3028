#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "array_text.hpp"
#include "timestamp_text.hpp"
#include "vf/base/random.hpp"
#include "vf/base/time_text.hpp"

using namespace vf::postgres;

namespace {

using texts = std::vector<std::string>;
using optional_texts = std::vector<std::optional<std::string>>;

vf::instant timestamp(std::string_view text) {
    return vf::parse_instant(text).value();
}

}  // namespace

TEST_CASE("array text: no element at all is a pair of braces") {
    CHECK(array_text(texts{}) == "{}");
    CHECK(array_text(optional_texts{}) == "{}");
}

TEST_CASE("array text: what could be mistaken is quoted and escaped") {
    struct sample {
        std::string element;
        std::string text;
    };

    const auto one = GENERATE(
        sample{"", R"({""})"}, sample{"plain", R"({"plain"})"}, sample{"NULL", R"({"NULL"})"},
        sample{"null", R"({"null"})"}, sample{R"(a"b)", R"({"a\"b"})"},
        sample{R"(a\b)", R"({"a\\b"})"}, sample{R"(\\)", R"({"\\\\"})"},
        sample{"a,b", R"({"a,b"})"}, sample{"{a}", R"({"{a}"})"}, sample{" a ", R"({" a "})"},
        sample{R"(\x00ff)", R"({"\\x00ff"})"}, sample{"a\nb", "{\"a\nb\"}"},
        sample{"\xc3\xa4\xe2\x82\xac", "{\"\xc3\xa4\xe2\x82\xac\"}"}
    );
    CHECK(array_text(texts{one.element}) == one.text);
    CHECK(array_text(optional_texts{one.element}) == one.text);
}

TEST_CASE("array text: a text of nothing but quotes and backslashes has room") {
    std::string escaped;
    for (int i = 0; i < 1'000; ++i) {
        escaped += R"(\"\\)";
    }
    std::string element;
    for (int i = 0; i < 1'000; ++i) {
        element += R"("\)";
    }
    CHECK(array_text(texts{element, element}) == "{\"" + escaped + "\",\"" + escaped + "\"}");
}

TEST_CASE("array text: elements are separated by one comma, and NULL has no quotes") {
    CHECK(array_text(optional_texts{std::nullopt, "", std::nullopt}) == R"({NULL,"",NULL})");
    CHECK(array_text(texts{"a", "b"}) == R"({"a","b"})");
}

TEST_CASE("timestamp text: what Postgres writes is read to the microsecond") {
    struct sample {
        std::string_view text;
        std::string_view same;
    };

    const auto one = GENERATE(
        sample{"2024-11-20 23:18:50.123456+00", "2024-11-20T23:18:50.123456Z"},
        sample{"2024-11-20 23:18:50+00", "2024-11-20T23:18:50Z"},
        sample{"2024-11-20 23:18:50.5+00", "2024-11-20T23:18:50.5Z"},
        sample{"2024-11-20 23:18:50.000001+00", "2024-11-20T23:18:50.000001Z"},
        sample{"2024-11-20 23:18:50+05:30", "2024-11-20T17:48:50Z"},
        sample{"2024-11-20 23:18:50-08", "2024-11-21T07:18:50Z"},
        sample{"1969-12-31 23:59:59.999999+00", "1969-12-31T23:59:59.999999Z"},
        sample{"2024-02-29 00:00:00+00", "2024-02-29T00:00:00Z"},
        sample{"2000-03-01 00:00:00+00", "2000-03-01T00:00:00Z"}
    );
    CHECK(from_timestamp_text(one.text) == timestamp(one.same));
}

TEST_CASE("timestamp text: infinity is the end of the range, both ways") {
    CHECK(from_timestamp_text("infinity") == vf::instant::max());
    CHECK(from_timestamp_text("-infinity") == vf::instant::min());
    CHECK(to_timestamp_text(vf::instant::max()) == "infinity");
    CHECK(to_timestamp_text(vf::instant::min()) == "-infinity");
}

TEST_CASE("timestamp text: years before Christ and of five digits are written as Postgres does") {
    const auto caesar = from_timestamp_text("0044-03-15 12:00:00+00 BC");
    REQUIRE(caesar);
    CHECK(to_timestamp_text(*caesar) == "0044-03-15 12:00:00.000000+00 BC");
    const auto far = from_timestamp_text("12024-01-01 00:00:00+00");
    REQUIRE(far);
    CHECK(to_timestamp_text(*far) == "12024-01-01 00:00:00.000000+00");
    CHECK(from_timestamp_text("294276-12-31 23:59:59+00") == vf::instant::max());
}

TEST_CASE("timestamp text: anything else is nothing") {
    const std::string_view text = GENERATE(
        "", "2024-11-20", "2024-11-20 23:18:50", "2024-11-20T23:18:50+00",
        "2024-11-20 23:18:50.+00", "2024-11-20 23:18:50.1234567+00", "2024-11-20 23:18:50+00 ",
        "24-11-20 23:18:50+00", "Wed Nov 20 23:18:50 2024 UTC"
    );
    CAPTURE(text);
    CHECK_FALSE(from_timestamp_text(text));
}

TEST_CASE("timestamp text: any instant of four-digit years comes back") {
    const std::uint64_t seed = 20261120;
    CAPTURE(seed);
    vf::seeded_random random{seed};
    const double first = -62'000'000'000e6;
    const double span = 315'000'000'000e6;
    for (int i = 0; i < 2'000; ++i) {
        const auto some =
            vf::from_microseconds(static_cast<std::int64_t>(first + random.fraction() * span));
        CHECK(from_timestamp_text(to_timestamp_text(some)) == some);
    }
}
