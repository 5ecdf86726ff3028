#include "unsettled.hpp"

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <utility>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

unsettled_claim claim_of(std::size_t place, char key, char body, vf::duration after = {}) {
    unsettled_claim made;
    made.place = place;
    made.claim.key.bytes.fill(static_cast<std::uint8_t>(key));
    made.claim.body.bytes.fill(static_cast<std::uint8_t>(body));
    made.at = noon + after;
    return made;
}

// Nobody but the batch itself claims: what is asked is held, the last for each key.
struct nobody_else {
    int rounds{0};
    std::size_t asked{0};

    key_holders operator()(const std::vector<unsettled_claim>& wanted) {
        ++rounds;
        key_holders held;
        for (const auto& one : wanted) {
            ++asked;
            held[one.claim.key.raw()] = {one.claim.body, one.at};
        }
        CHECK(held.size() == wanted.size());
        return held;
    }
};

std::vector<std::size_t> settle_alone(std::vector<unsettled_claim> unsettled, nobody_else& claims) {
    return settle(std::move(unsettled), std::ref(claims));
}

using places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("settle: the first of a batch holds the key, another body conflicts") {
    nobody_else claims;
    const auto conflicts = settle_alone(
        {claim_of(0, 'k', 'a'), claim_of(2, 'l', 'b'), claim_of(3, 'k', 'b'), claim_of(5, 'k', 'a'),
         claim_of(8, 'k', 'c')},
        claims
    );
    CHECK(conflicts == places{3, 8});
    CHECK(claims.rounds == 1);
    CHECK(claims.asked == 2);
}

TEST_CASE("settle: who held the key before decides, whatever the batch says") {
    const auto held = [](const std::vector<unsettled_claim>& asked) {
        key_holders answer;
        for (const auto& one : asked) {
            answer[one.claim.key.raw()] = {claim_of(0, 'x', 'b').claim.body, noon};
        }
        return answer;
    };
    CHECK(settle({claim_of(0, 'k', 'a'), claim_of(1, 'k', 'b')}, held) == places{0});
    CHECK(settle({claim_of(0, 'k', 'b'), claim_of(1, 'k', 'b')}, held).empty());
}

TEST_CASE("settle: a day later the key is free again") {
    const vf::duration day = std::chrono::hours{24};
    const vf::duration moment{1};
    nobody_else claims;
    const auto conflicts = settle_alone(
        {claim_of(0, 'k', 'a'), claim_of(1, 'k', 'b', day - moment), claim_of(2, 'k', 'b', day),
         claim_of(3, 'k', 'c', day + day - moment), claim_of(4, 'k', 'c', day + day)},
        claims
    );
    CHECK(conflicts == places{1, 3});
    CHECK(claims.rounds == 3);
}

TEST_CASE("settle: what nobody answers for ends, and nothing unsettled asks nothing") {
    int rounds = 0;
    const auto nothing = [&rounds](const std::vector<unsettled_claim>&) {
        ++rounds;
        return key_holders{};
    };
    CHECK(settle({claim_of(0, 'k', 'a'), claim_of(1, 'k', 'b')}, nothing).empty());
    CHECK(rounds == 1);
    CHECK(settle({}, nothing).empty());
    CHECK(rounds == 1);
}
