#include "vf/json/value.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "vf/json/parse.hpp"

namespace {

using vf::json::kind;
using vf::json::parse;
using vf::json::value;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

struct integer_case {
    std::string_view text;
    std::optional<std::int64_t> integer;
};

struct double_case {
    std::string_view text;
    std::optional<double> number;
};

value number(std::string_view text) {
    value value;
    value.kind = kind::number;
    value.text = text;
    return value;
}

}  // namespace

TEST_CASE("value: a whole number in any notation is an integer if 64 bits hold it") {
    const auto [text, integer] = GENERATE(
        integer_case{"0", 0}, integer_case{"-0", 0}, integer_case{"0.0", 0}, integer_case{"0e5", 0},
        integer_case{"-0.000e-9", 0}, integer_case{"5", 5}, integer_case{"5.0", 5},
        integer_case{"5e0", 5}, integer_case{"50e-1", 5}, integer_case{"0.005e3", 5},
        integer_case{"5E+2", 500}, integer_case{"1.25e2", 125}, integer_case{"-12e1", -120},
        integer_case{"9223372036854775806", largest - 1},
        integer_case{"9223372036854775807", largest},
        integer_case{"9223372036854775808", std::nullopt},
        integer_case{"9223372036854775807.0", largest},
        integer_case{"922337203685477580.7e1", largest},
        integer_case{"922337203685477580.8e1", std::nullopt},
        integer_case{"-9223372036854775808", smallest},
        integer_case{"-9223372036854775808.00", smallest},
        integer_case{"-9223372036854775809", std::nullopt},
        integer_case{"1e18", 1'000'000'000'000'000'000}, integer_case{"1e19", std::nullopt},
        integer_case{"1e300", std::nullopt}, integer_case{"1e-1", std::nullopt},
        integer_case{"5.5", std::nullopt}, integer_case{"5.0000000000000000000001", std::nullopt},
        integer_case{"1e-99999999999999999999", std::nullopt},
        integer_case{"1e99999999999999999999", std::nullopt}, integer_case{"", std::nullopt},
        integer_case{"-", std::nullopt}, integer_case{"1.", std::nullopt},
        integer_case{".5", std::nullopt}, integer_case{"1e", std::nullopt},
        integer_case{"1x", std::nullopt}, integer_case{"nan", std::nullopt}
    );
    CAPTURE(text);
    CHECK(number(text).as_integer() == integer);
}

TEST_CASE("value: a number is the nearest double") {
    const auto [text, expected] = GENERATE(
        double_case{"0", 0.0}, double_case{"1.10", 1.10}, double_case{"-2.5e3", -2500.0},
        double_case{"9007199254740993", 9007199254740992.0},
        double_case{"1.7976931348623157e308", std::numeric_limits<double>::max()},
        double_case{"1.8e308", std::nullopt}, double_case{"-1e400", std::nullopt},
        double_case{"4.9e-324", std::numeric_limits<double>::denorm_min()},
        double_case{"1e-400", 0.0}, double_case{"0.00001e-400", 0.0}, double_case{"", std::nullopt},
        double_case{"inf", std::nullopt}, double_case{"nan", std::nullopt},
        double_case{"1x", std::nullopt}
    );
    CAPTURE(text);
    CHECK(number(text).as_double() == expected);
}

TEST_CASE("value: a number too small to hold keeps its sign") {
    CHECK(std::signbit(*number("-1e-400").as_double()));
    CHECK_FALSE(std::signbit(*number("1e-400").as_double()));
}

TEST_CASE("value: what is no number is neither integer nor double") {
    for (const std::string_view text : {R"("5")", "null", "true", "[]", "{}"}) {
        CAPTURE(text);
        CHECK_FALSE(parse(text)->root().as_integer());
        CHECK_FALSE(parse(text)->root().as_double());
    }
}

TEST_CASE("value: members are found by name, and only in objects") {
    const auto parsed = parse(R"({"a":"x","b":"","n":1,"z":null,"":"empty"})");
    REQUIRE(parsed);
    CHECK(parsed->root().string_at("a") == "x");
    CHECK(parsed->root().string_at("b") == "");
    CHECK(parsed->root().string_at("") == "empty");
    CHECK_FALSE(parsed->root().string_at("n"));
    CHECK_FALSE(parsed->root().string_at("z"));
    CHECK_FALSE(parsed->root().string_at("A"));
    CHECK(parsed->root().find("n")->text == "1");
    CHECK(parsed->root().find("z")->is(kind::null));
    CHECK(parsed->root().find("missing") == nullptr);
    CHECK(parse("[1]")->root().find("a") == nullptr);
    CHECK(parse(R"("a")")->root().find("a") == nullptr);
}
