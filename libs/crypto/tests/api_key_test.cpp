#include "vf/crypto/api_key.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace {

using vf::crypto::is_well_formed_api_key;

std::string key_of(std::string_view body) {
    return "sk_live_" + std::string{body} + vf::to_base62(vf::crc32(body), 6);
}

}  // namespace

TEST_CASE("api key: a new key has the documented form") {
    vf::system_random randomness;
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const vf::crypto::new_api_key created = vf::crypto::make_api_key(randomness);
        REQUIRE(created.secret.size() == 46);
        REQUIRE(created.secret.starts_with("sk_live_"));
        REQUIRE(is_well_formed_api_key(created.secret));
        REQUIRE(created.last4 == created.secret.substr(42));
        REQUIRE(created.digest == vf::crypto::sha256(created.secret));
        REQUIRE(created.digest == vf::crypto::api_key_digest(created.secret));
        REQUIRE(created.digest.size() == 32);
        seen.insert(created.secret);
    }
    CHECK(seen.size() == 200);
}

TEST_CASE("api key: no character is favoured") {
    vf::seeded_random randomness{11};
    std::map<char, int> counts;
    for (int i = 0; i < 2000; ++i) {
        for (const char c : vf::crypto::make_api_key(randomness).secret.substr(8, 32)) {
            ++counts[c];
        }
    }
    REQUIRE(counts.size() == 62);
    // 64,000 characters over 62; without rejection the first eight would come a quarter more often.
    for (const auto& [character, count] : counts) {
        CAPTURE(character, count);
        CHECK(count > 880);
        CHECK(count < 1190);
    }
}

TEST_CASE("api key: a checksum made elsewhere is accepted") {
    CHECK(is_well_formed_api_key("sk_live_" + std::string(32, '0') + "2wjyrI"));
}

TEST_CASE("api key: any typo in one character is found") {
    const std::string key = key_of("0123456789ABCDEFGHIJabcdefghijkl");
    REQUIRE(is_well_formed_api_key(key));
    for (std::size_t index = 0; index < key.size(); ++index) {
        for (const char c : std::string_view{"0zA_"}) {
            std::string changed = key;
            changed[index] = c;
            CAPTURE(changed);
            CHECK(is_well_formed_api_key(changed) == (changed == key));
        }
    }
}

TEST_CASE("api key: another form is refused") {
    const std::string key = key_of("0123456789ABCDEFGHIJabcdefghijkl");
    CHECK_FALSE(is_well_formed_api_key(""));
    CHECK_FALSE(is_well_formed_api_key("sk_live_"));
    CHECK_FALSE(is_well_formed_api_key(key.substr(0, 45)));
    CHECK_FALSE(is_well_formed_api_key(key + "0"));
    CHECK_FALSE(is_well_formed_api_key(" " + key.substr(1)));
    CHECK_FALSE(is_well_formed_api_key("sk_test_" + key.substr(8)));
    // A right checksum does not make a body of other characters right.
    CHECK_FALSE(is_well_formed_api_key(key_of("0123456789ABCDEFGHIJabcdefghijk-")));
    CHECK_FALSE(is_well_formed_api_key(key_of("0123456789ABCDEFGHIJabcdefghij\xc3\xa9")));
}
