#include "vf/facts/packing.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "fact_fixture.hpp"
#include "vf/base/text.hpp"

using namespace vf;
using namespace vf::facts;
using namespace vf::facts_tests;

namespace {

// What version 1 wrote of `two_facts`.
constexpr std::string_view frozen =
    "0101020480c0d384bf8386068094e7e5ddd5930600000000000000000000000000000003018094e7"
    "e5ddd5930600000000000000000000000000000003028094e7e5ddd593060480c0d384bf83860600"
    "f0a2040180897a80dcaef3dcd5930680dcaef3dcd593060000000000000000000000000000000100"
    "0180dcaef3dcd5930680897a";

user_facts two_facts() {
    user_facts facts;
    fold(facts[1], seen_at(3, 2), 3);
    fold(facts[1], seen_at(-500'000, 0), 3);
    fold(facts[70'000], seen_at(1, 1'000'000, true), 3);
    return facts;
}

// Every beginning of `packed` but the whole is refused, or is fewer facts than there were.
void check_cuts(std::string_view packed) {
    for (std::size_t length = 1; length < packed.size(); ++length) {
        const auto cut = unpack(packed.substr(0, length));
        CHECK((!cut || *cut != two_facts()));
    }
}

}  // namespace

TEST_CASE("packing: packed and unpacked facts are the same, and spoilt bytes are refused") {
    const auto packed = pack(two_facts());
    CHECK(packed.front() == 2);
    CHECK(unpack(packed) == two_facts());
    check_cuts(packed);
    CHECK_FALSE(unpack("\x02"));
    CHECK_FALSE(unpack("\x03"));
    CHECK_FALSE(unpack(packed + "x"));
    CHECK_FALSE(unpack(packed + packed.substr(1)));
}

TEST_CASE("packing: no fact at all is empty") {
    CHECK(pack({}).empty());
    CHECK(unpack("") == user_facts{});
}

TEST_CASE("packing: a row of version 1 is read, and is of version 2 when it is packed again") {
    const auto old = from_hex(frozen);
    REQUIRE(old);
    const auto found = unpack(*old);
    REQUIRE(found);
    CHECK(*found == two_facts());
    CHECK(pack(*found) == pack(two_facts()));
    check_cuts(*old);
}
