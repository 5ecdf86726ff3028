#include "vf/base/time_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <limits>
#include <string>
#include <string_view>

#include "vf/base/random.hpp"

namespace {

struct instant_case {
    std::string_view text;
    std::string_view utc;
};

struct duration_case {
    std::string_view text;
    std::int64_t microseconds;
};

}  // namespace

TEST_CASE("parse_instant: every accepted form names the right instant") {
    const auto [text, utc] = GENERATE(
        instant_case{"2024-11-20T23:18:50Z", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20t23:18:50Z", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20T23:18:50z", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20t23:18z", "2024-11-20T23:18:00.000000Z"},
        instant_case{"2024-11-20T23:18Z", "2024-11-20T23:18:00.000000Z"},
        instant_case{"2024-11-20 23:18+01:30", "2024-11-20T21:48:00.000000Z"},
        instant_case{"2024-11-20T23:18-0830", "2024-11-21T07:48:00.000000Z"},
        instant_case{"2024-11-20T23:18+01", "2024-11-20T22:18:00.000000Z"},
        instant_case{"2024-11-20 23:18:50+00", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20T23:18:50+0000", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20T23:18:50+01", "2024-11-20T22:18:50.000000Z"},
        instant_case{"2024-11-20T23:18:50.5-08", "2024-11-21T07:18:50.500000Z"},
        instant_case{"2024-11-20 23:18:50Z", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-11-20T23:18:50.1Z", "2024-11-20T23:18:50.100000Z"},
        instant_case{"2024-11-20T23:18:50.123456Z", "2024-11-20T23:18:50.123456Z"},
        instant_case{"2024-11-20T23:18:50.1234567Z", "2024-11-20T23:18:50.123456Z"},
        instant_case{"2024-11-20T23:18:50.999999999Z", "2024-11-20T23:18:50.999999Z"},
        instant_case{"2024-11-20T23:18:50+01:30", "2024-11-20T21:48:50.000000Z"},
        instant_case{"2024-11-20T23:18:50.5-0830", "2024-11-21T07:48:50.500000Z"},
        instant_case{"2024-11-20T23:18:50-00:00", "2024-11-20T23:18:50.000000Z"},
        instant_case{"2024-01-01T00:00:00+23:59", "2023-12-31T00:01:00.000000Z"},
        instant_case{"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        instant_case{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
        instant_case{"1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000000Z"},
        instant_case{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        instant_case{"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000000Z"},
        instant_case{"2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z"},
        instant_case{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
        instant_case{"2017-01-01T00:59:60.25+01:00", "2017-01-01T00:00:00.250000Z"}
    );
    CAPTURE(text);
    const auto parsed = vf::parse_instant(text);
    REQUIRE(parsed);
    CHECK(vf::format_instant(*parsed) == utc);
}

TEST_CASE("parse_instant: everything else is an invalid timestamp") {
    const std::string_view text = GENERATE(
        std::string_view{""}, "2024", "2024-11-20", "2024-11-20T23:18:50", "2024-11-20T23:18",
        "2024-11-20T23Z", "2024-11-20T23:18.5Z", "2024-11-20T23:18:Z", "2024-11-20T23:1Z",
        "2024-11-20T23:18:50.Z", "2024-11-20T23:18:50.1234567890Z", "2024-11-20T23:18:50,5Z",
        "2024-11-20T23:18:50zz", "2024-11-20  23:18:50Z", "2024-11-20_23:18:50Z",
        "2024-11-20T23:18:50Z ", " 2024-11-20T23:18:50Z", "2024-11-20T23:18:50ZZ",
        "2024-11-20T23:18:50+1:00", "2024-11-20T23:18:50+01:", "2024-11-20T23:18:50+24:00",
        "2024-11-20T23:18:50+1", "2024-11-20T23:18:50+", "2024-11-20T23:18:50+24",
        "2024-11-20T23:18:50+010", "2024-11-20T23:18:50+01:000", "2024-11-20T23:18:50+01Z",
        "2024-11-20T23:18:50+01:60", "2024-11-20T23:18:50 01:00", "2024-00-20T23:18:50Z",
        "2024-13-20T23:18:50Z", "2024-11-00T23:18:50Z", "2024-11-31T23:18:50Z",
        "2023-02-29T23:18:50Z", "2100-02-29T23:18:50Z", "2024-11-20T24:00:00Z",
        "2024-11-20T23:60:00Z", "2024-11-20T23:18:61Z", "2024-11-20T23:18:60Z",
        "2024-12-31T23:59:60+01:00", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z", "10000-01-01T00:00:00Z",
        "+2024-11-20T23:18:50Z", "2024-1-20T23:18:50Z", "20241120T231850Z", "1732144730",
        "2024-11-20T23:18:-1Z", "2024-11-20T+3:18:50Z"
    );
    CAPTURE(text);
    const auto parsed = vf::parse_instant(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == vf::failure::data);
    CHECK(parsed.error().code == "invalid_timestamp");
}

TEST_CASE("parse_instant_or_date: a date is its first moment in UTC, a time is what it was") {
    const auto day = vf::parse_instant("2024-02-29T00:00:00Z").value();
    CHECK(vf::parse_instant_or_date("2024-02-29") == day);
    CHECK(vf::parse_instant_or_date("2024-02-29T01:00+01") == day);
    const std::string_view text = GENERATE(
        std::string_view{""}, "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "2024-2-29 ",
        "2024-02-2", "2024-02-29T", "2024-02-29Z", "20240229", "29.02.2024", "next week", "soon",
        "1709164800", "9999999999", "1899-12-31"
    );
    CAPTURE(text);
    CHECK_FALSE(vf::parse_instant_or_date(text));
}

TEST_CASE("format_milliseconds: three digits, what is finer is cut") {
    const auto text = [](std::string_view timestamp) {
        return vf::format_milliseconds(*vf::parse_instant(timestamp));
    };
    CHECK(text("2024-11-20T23:18:50Z") == "2024-11-20T23:18:50.000Z");
    CHECK(text("2024-11-20T23:18:50.123999Z") == "2024-11-20T23:18:50.123Z");
    CHECK(text("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("format_instant: any instant goes there and back, and text order is time order") {
    constexpr std::uint64_t seed = 20261120;
    CAPTURE(seed);
    vf::seeded_random randomness{seed};
    const std::int64_t low = vf::to_microseconds(*vf::parse_instant("1900-01-01T00:00:00Z"));
    const std::int64_t high = vf::to_microseconds(*vf::parse_instant("9999-12-31T23:59:59Z"));
    vf::instant before = vf::from_microseconds(low);
    for (int i = 0; i < 2000; ++i) {
        const auto offset = randomness.next() % static_cast<std::uint64_t>(high - low);
        const vf::instant timestamp =
            vf::from_microseconds(low + static_cast<std::int64_t>(offset));
        const std::string text = vf::format_instant(timestamp);
        REQUIRE(vf::parse_instant(text) == timestamp);
        REQUIRE((vf::format_instant(before) < text) == (before < timestamp));
        before = timestamp;
    }
}

TEST_CASE("format_instant: a year of other than four digits keeps its sign") {
    const vf::instant year_10000 =
        *vf::parse_instant("9999-12-31T23:59:59Z") + std::chrono::seconds{1};
    CHECK(vf::format_instant(year_10000) == "+10000-01-01T00:00:00.000000Z");
}

TEST_CASE("parse_duration: every unit is understood") {
    const auto [text, microseconds] = GENERATE(
        duration_case{"0s", 0}, duration_case{"0d", 0}, duration_case{"5us", 5},
        duration_case{"250ms", 250'000}, duration_case{"30s", 30'000'000},
        duration_case{"2m", 120'000'000}, duration_case{"6h", 21'600'000'000},
        duration_case{"30d", 2'592'000'000'000}, duration_case{"007s", 7'000'000},
        duration_case{"9223372036854775807us", std::numeric_limits<std::int64_t>::max()}
    );
    CAPTURE(text);
    const auto parsed = vf::parse_duration(text);
    REQUIRE(parsed);
    CHECK(parsed->count() == microseconds);
}

TEST_CASE("parse_duration: everything else is an invalid duration") {
    const std::string_view text = GENERATE(
        std::string_view{""}, "s", "30", "30 s", " 30s", "30s ", "30S", "-30s", "+30s", "1.5s",
        "1h30m", "30sec", "1w", "9223372036854775808us", "9223372036854775807d",
        "99999999999999999999s", "0x10s"
    );
    CAPTURE(text);
    const auto parsed = vf::parse_duration(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == vf::failure::data);
    CHECK(parsed.error().code == "invalid_duration");
}

TEST_CASE("format_duration: the largest unit that divides is used and parses back") {
    const auto [text, microseconds] = GENERATE(
        duration_case{"0s", 0}, duration_case{"1us", 1}, duration_case{"999us", 999},
        duration_case{"1ms", 1000}, duration_case{"1001us", 1001},
        duration_case{"1500ms", 1'500'000}, duration_case{"59s", 59'000'000},
        duration_case{"1m", 60'000'000}, duration_case{"61s", 61'000'000},
        duration_case{"1h", 3'600'000'000}, duration_case{"23h", 82'800'000'000},
        duration_case{"1d", 86'400'000'000}
    );
    CHECK(vf::format_duration(vf::duration{microseconds}) == text);
    CHECK(vf::parse_duration(text) == vf::duration{microseconds});
    CHECK(vf::format_duration(vf::duration{-1'000'000}) == "-1s");
}
