#include "vf/base/text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::string_view_literals;

struct utf8_case {
    std::string_view bytes;
    bool valid;
};

struct coded {
    std::string_view bytes;
    std::string_view text;
};

}  // namespace

TEST_CASE("utf8: well-formed text passes and everything else is refused") {
    const auto [bytes, valid] = GENERATE(
        utf8_case{"", true}, utf8_case{"plain", true}, utf8_case{"\x7f", true},
        utf8_case{"\0"sv, true},
        // The first and the last of each length.
        utf8_case{"\xc2\x80", true}, utf8_case{"\xdf\xbf", true}, utf8_case{"\xe0\xa0\x80", true},
        utf8_case{"\xed\x9f\xbf", true}, utf8_case{"\xee\x80\x80", true},
        utf8_case{"\xef\xbf\xbf", true}, utf8_case{"\xf0\x90\x80\x80", true},
        utf8_case{"\xf4\x8f\xbf\xbf", true},
        // One below or above each of them.
        utf8_case{"\x80", false}, utf8_case{"\xbf", false}, utf8_case{"\xc0\x80", false},
        utf8_case{"\xc1\xbf", false}, utf8_case{"\xe0\x9f\xbf", false},
        utf8_case{"\xed\xa0\x80", false}, utf8_case{"\xed\xbf\xbf", false},
        utf8_case{"\xf0\x8f\xbf\xbf", false}, utf8_case{"\xf4\x90\x80\x80", false},
        utf8_case{"\xf5\x80\x80\x80", false}, utf8_case{"\xff", false}, utf8_case{"\xfe", false},
        // Cut, or a tail byte that is none.
        utf8_case{"\xc3", false}, utf8_case{"\xe2\x82", false}, utf8_case{"\xf0\x9f\x98", false},
        utf8_case{"\xc3\x28", false}, utf8_case{"\xe2\x28\xa1", false},
        utf8_case{"\xe2\x82\x28", false}, utf8_case{"\xf0\x9f\x98\x28", false}
    );
    CAPTURE(vf::to_hex(bytes));
    CHECK(vf::is_utf8(bytes) == valid);
    // The fast path reads eight bytes: the same sequence at every distance from its edges.
    for (std::size_t before = 0; before <= 17; ++before) {
        const std::string padded = std::string(before, 'a') + std::string{bytes};
        CHECK(vf::is_utf8(padded) == valid);
        CHECK(vf::is_utf8(padded + "bbbbbbbbb") == valid);
    }
}

TEST_CASE("hex: bytes go there and back, upper case is read, the rest is refused") {
    CHECK(vf::to_hex("\x00\x01\x7f\x80\xff"sv) == "00017f80ff");
    CHECK(vf::from_hex("00017f80ff") == "\x00\x01\x7f\x80\xff"sv);
    CHECK(vf::from_hex("aAbBfF") == "\xaa\xbb\xff"sv);
    CHECK(vf::from_hex("") == "");
    for (const std::string_view bad : {"0", "0g", "g0", " 00", "0x00", "00 "}) {
        CAPTURE(bad);
        CHECK_FALSE(vf::from_hex(bad));
    }
}

TEST_CASE("base64: the vectors of RFC 4648 go there and back") {
    const auto [bytes, text] = GENERATE(
        coded{"", ""}, coded{"f", "Zg=="}, coded{"fo", "Zm8="}, coded{"foo", "Zm9v"},
        coded{"foob", "Zm9vYg=="}, coded{"fooba", "Zm9vYmE="}, coded{"foobar", "Zm9vYmFy"},
        coded{"\xfb\xff\xfe", "+//+"}
    );
    CHECK(vf::to_base64(bytes) == text);
    CHECK(vf::from_base64(text) == bytes);
}

TEST_CASE("base64: a second spelling of the same bytes is refused") {
    for (const std::string_view bad :
         {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v ", " Zm9v", "Zm9v\n", "Zm=v",
          "====", "Zg==Zg==", "Zm-_", "Zm9v="}) {
        CAPTURE(bad);
        CHECK_FALSE(vf::from_base64(bad));
    }
}

TEST_CASE("base32: bits are taken from the most significant end") {
    const auto [bytes, text] = GENERATE(
        coded{"", ""}, coded{"\0"sv, "00"}, coded{"\xff", "zw"}, coded{"f", "cr"},
        coded{"fo", "csqg"}, coded{"foo", "csqpy"}, coded{"foob", "csqpyrg"},
        coded{"fooba", "csqpyrk1"}, coded{"foobar", "csqpyrk1e8"},
        coded{"\xff\xff\xff\xff\xff", "zzzzzzzz"}
    );
    CHECK(vf::to_base32(bytes) == text);
}

TEST_CASE("base62: a value is padded to the width and never cut") {
    CHECK(vf::to_base62(0, 0).empty());
    CHECK(vf::to_base62(0, 1) == "0");
    CHECK(vf::to_base62(9, 1) == "9");
    CHECK(vf::to_base62(10, 1) == "A");
    CHECK(vf::to_base62(35, 1) == "Z");
    CHECK(vf::to_base62(36, 1) == "a");
    CHECK(vf::to_base62(61, 1) == "z");
    CHECK(vf::to_base62(62, 1) == "10");
    CHECK(vf::to_base62(62, 6) == "000010");
    CHECK(vf::to_base62(0xffffffffU, 6) == "4gfFC3");
    CHECK(vf::to_base62(~std::uint64_t{0}, 0) == "LygHa16AHYF");
    CHECK(vf::to_base62(~std::uint64_t{0}, 12) == "0LygHa16AHYF");
}

TEST_CASE("crc32: the check values of the IEEE polynomial") {
    CHECK(vf::crc32("") == 0);
    CHECK(vf::crc32("123456789") == 0xcbf43926U);
    CHECK(vf::crc32("The quick brown fox jumps over the lazy dog") == 0x414fa339U);
    CHECK(vf::crc32("\0\0\0\0"sv) == 0x2144df1cU);
}
