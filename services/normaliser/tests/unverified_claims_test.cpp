#include "normaliser/ingest/unverified_claims.hpp"

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <utility>

#include "vf/base/time_text.hpp"

using namespace vf;
using namespace vf::normaliser;

namespace {

const instant noon = *parse_instant("2024-11-20T12:00:00Z");

unverified_claim claim_of(std::size_t place, char key, char body, vf::duration after = {}) {
    unverified_claim claim;
    claim.index = place;
    claim.claim.key.bytes.fill(static_cast<std::uint8_t>(key));
    claim.claim.body.bytes.fill(static_cast<std::uint8_t>(body));
    claim.received_at = noon + after;
    return claim;
}

// Nobody but the batch itself claims: what is asked is held, the last for each key.
struct nobody_else {
    int rounds{0};
    std::size_t queries{0};

    key_holders operator()(const std::vector<unverified_claim>& claims) {
        ++rounds;
        key_holders key_holders;
        for (const auto& one : claims) {
            ++queries;
            key_holders[one.claim.key.raw()] = {one.claim.body, one.received_at};
        }
        CHECK(key_holders.size() == claims.size());
        return key_holders;
    }
};

std::vector<std::size_t> settle_alone(
    std::vector<unverified_claim> unverified, nobody_else& claims
) {
    return resolve_claims(std::move(unverified), std::ref(claims));
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
    CHECK(claims.queries == 2);
}

TEST_CASE("settle: who held the key before decides, whatever the batch says") {
    const auto holders = [](const std::vector<unverified_claim>& claims) {
        key_holders answer;
        for (const auto& one : claims) {
            answer[one.claim.key.raw()] = {claim_of(0, 'x', 'b').claim.body, noon};
        }
        return answer;
    };
    CHECK(resolve_claims({claim_of(0, 'k', 'a'), claim_of(1, 'k', 'b')}, holders) == places{0});
    CHECK(resolve_claims({claim_of(0, 'k', 'b'), claim_of(1, 'k', 'b')}, holders).empty());
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
    const auto nothing = [&rounds](const std::vector<unverified_claim>&) {
        ++rounds;
        return key_holders{};
    };
    CHECK(resolve_claims({claim_of(0, 'k', 'a'), claim_of(1, 'k', 'b')}, nothing).empty());
    CHECK(rounds == 1);
    CHECK(resolve_claims({}, nothing).empty());
    CHECK(rounds == 1);
}
