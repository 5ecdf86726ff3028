#include "vf/postgres/array_parameter.hpp"

#include <catch2/catch_test_macros.hpp>

#include "vf/base/text.hpp"
#include "vf/base/time_text.hpp"

using namespace vf::postgres;

namespace {

template <class... Values>
std::string hex_of(std::string_view type, const Values&... values) {
    array_parameter array{type};
    (array.add(values), ...);
    return vf::to_hex(std::move(array).take());
}

vf::instant timestamp(std::string_view text) {
    return vf::parse_instant(text).value();
}

}  // namespace

TEST_CASE("array parameter: of no element there are no dimensions") {
    CHECK(hex_of("text") == "000000000000000000000019");
    CHECK(hex_of("bigint") == "000000000000000000000014");
}

TEST_CASE("array parameter: texts as they are, and NULL is no text") {
    CHECK(
        hex_of("text", std::string{"a\"\\"}, std::optional<std::string>{}, std::string{}) ==
        "00000001"
        "00000001"
        "00000019"
        "00000003"
        "00000001"
        "00000003"
        "61225c"
        "ffffffff"
        "00000000"
    );
}

TEST_CASE("array parameter: numbers in the order of the network") {
    CHECK(
        hex_of("bigint", std::int64_t{-2}) ==
        "00000001"
        "00000000"
        "00000014"
        "00000001"
        "00000001"
        "00000008"
        "fffffffffffffffe"
    );
    CHECK(hex_of("integer", std::int64_t{258})
              .ends_with("00000004"
                         "00000102"));
    CHECK(hex_of("boolean", true, false)
              .ends_with("00000001"
                         "01"
                         "00000001"
                         "00"));
}

TEST_CASE("array parameter: a uuid by its text and by its bytes is the same") {
    const uuid_bytes bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};
    const auto expected = hex_of("uuid", bytes);
    CHECK(
        expected.ends_with("00000010"
                           "000102030405060708090a0b0c0d0eff")
    );
    CHECK(hex_of("uuid", std::string{"00010203-0405-0607-0809-0a0b0c0d0eff"}) == expected);
}

TEST_CASE("array parameter: a timestamp counts from the year 2000, its ends are infinite") {
    const auto last = [](vf::instant one) {
        const auto hex = hex_of("timestamptz", one);
        return hex.substr(hex.size() - 16);
    };
    CHECK(last(timestamp("2000-01-01T00:00:00.000001Z")) == "0000000000000001");
    CHECK(last(timestamp("1999-12-31T23:59:59.999999Z")) == "ffffffffffffffff");
    CHECK(last(vf::instant::max()) == "7fffffffffffffff");
    CHECK(last(vf::instant::min()) == "8000000000000000");
    // What Postgres has no room for is no infinity.
    CHECK(last(vf::instant::min() + vf::duration{1}) == "8000000000000001");
}

TEST_CASE("array parameter: a date is the day in UTC") {
    const auto last = [](std::string_view text) {
        const auto hex = hex_of("date", timestamp(text));
        return hex.substr(hex.size() - 8);
    };
    CHECK(last("2000-01-02T00:00:00Z") == "00000001");
    CHECK(last("2000-01-01T23:59:59.999999Z") == "00000000");
    CHECK(last("1999-12-31T23:59:59.999999Z") == "ffffffff");
}

TEST_CASE("array parameter: jsonb has its version before it") {
    const auto hex = hex_of("jsonb", std::string{"{}"});
    CHECK(
        hex.ends_with("00000003"
                      "017b7d")
    );
    CHECK(
        hex.starts_with("0000000100000000"
                        "00000eda")
    );
}
