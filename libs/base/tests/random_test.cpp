#include "vf/base/random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

TEST_CASE("seeded random: the same seed repeats itself and another does not") {
    vf::seeded_random first{7};
    vf::seeded_random second{7};
    vf::seeded_random other{8};
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t word = first.next();
        CHECK(word == second.next());
        differs = differs || word != other.next();
    }
    CHECK(differs);
}

TEST_CASE("seeded random: the published values of splitmix64 come out") {
    vf::seeded_random randomness{1234567};
    CHECK(randomness.next() == 6457827717110365317U);
    CHECK(randomness.next() == 3203168211198807973U);
    CHECK(randomness.next() == 9817491932198370423U);
}

TEST_CASE("seeded random: fill writes every byte of any length and none beyond") {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 31U}) {
        vf::seeded_random randomness{size + 1};
        std::vector<std::uint8_t> seen(size + 1, 0);
        // A byte may come out as zero, so over many rounds each must have changed.
        for (int round = 0; round < 50; ++round) {
            std::vector<std::uint8_t> bytes(size + 1, 0);
            randomness.fill(std::span{bytes}.first(size));
            REQUIRE(bytes[size] == 0);
            for (std::size_t i = 0; i < size; ++i) {
                seen[i] |= bytes[i];
            }
        }
        CHECK(std::count(seen.begin(), seen.end(), 0) == 1);
    }
}

TEST_CASE("random: a fraction is at least zero, below one and spread between") {
    vf::seeded_random randomness{42};
    std::array<int, 10> counts{};
    for (int i = 0; i < 10'000; ++i) {
        const double fraction = randomness.fraction();
        REQUIRE(fraction >= 0.0);
        REQUIRE(fraction < 1.0);
        ++counts.at(static_cast<std::size_t>(fraction * 10));
    }
    CHECK(std::ranges::min(counts) > 800);
    CHECK(std::ranges::max(counts) < 1200);
}

TEST_CASE("random: the largest word is the largest fraction below one") {
    class all_ones final : public vf::random {
    public:
        void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, 0xff); }
    };

    all_ones randomness;
    CHECK(randomness.fraction() == 1.0 - 0x1p-53);
}

TEST_CASE("system random: words do not repeat, and a long fill is filled") {
    vf::system_random randomness;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(randomness.next());
    }
    CHECK(seen.size() == 1000);
    std::vector<std::uint8_t> many(1U << 16U, 0);
    randomness.fill(many);
    CHECK(std::count(many.begin() + (1U << 15U), many.end(), 0) < 1000);
    randomness.fill({});
}
