#include "vf/crypto/digest.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "vf/base/text.hpp"

namespace {

using namespace std::string_view_literals;

struct digest_case {
    std::string data;
    std::string_view hex;
};

struct hmac_case {
    std::string key;
    std::string data;
    std::string_view hex;
};

}  // namespace

TEST_CASE("sha256: the vectors of FIPS 180 come out") {
    const digest_case one = GENERATE(
        digest_case{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        digest_case{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        digest_case{
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        },
        digest_case{
            std::string(1'000'000, 'a'),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        },
        digest_case{"\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"}
    );
    CHECK(vf::to_hex(vf::crypto::sha256(one.data)) == one.hex);
}

TEST_CASE("hmac_sha256: the vectors of RFC 4231 come out") {
    const hmac_case one = GENERATE(
        hmac_case{
            std::string(20, '\x0b'), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        },
        hmac_case{
            "Jefe", "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        },
        hmac_case{
            std::string(20, '\xaa'), std::string(50, '\xdd'),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        },
        hmac_case{
            *vf::from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
            std::string(50, '\xcd'),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        },
        hmac_case{
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        },
        hmac_case{
            std::string(131, '\xaa'),
            "This is a test using a larger than block-size key and a larger than block-size data. "
            "The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        },
        hmac_case{"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"}
    );
    CHECK(vf::to_hex(vf::crypto::hmac_sha256(one.key, one.data)) == one.hex);
}

TEST_CASE("hmac_sha256: a call leaves nothing behind for the next") {
    const std::string first = vf::crypto::hmac_sha256("key", "data");
    CHECK(vf::crypto::hmac_sha256("", "data") != first);
    CHECK(vf::crypto::hmac_sha256("other", "data") != first);
    CHECK(vf::crypto::hmac_sha256("key", "data") == first);
}

TEST_CASE("digest: threads do not disturb each other") {
    const std::string expected = vf::crypto::hmac_sha256("key", vf::crypto::sha256("abc"));
    std::vector<int> wrong(4, 0);
    {
        std::vector<std::jthread> threads;
        for (int& count : wrong) {
            threads.emplace_back([&count, &expected] {
                for (int i = 0; i < 2000; ++i) {
                    const std::string digest = vf::crypto::sha256("abc");
                    count += vf::crypto::hmac_sha256("key", digest) == expected ? 0 : 1;
                }
            });
        }
    }
    CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("constant_time_equal: texts are equal when every byte is") {
    CHECK(vf::crypto::constant_time_equal("", ""));
    CHECK(vf::crypto::constant_time_equal("a\0b"sv, "a\0b"sv));
    CHECK_FALSE(vf::crypto::constant_time_equal("a", ""));
    CHECK_FALSE(vf::crypto::constant_time_equal("abc", "abcd"));
    CHECK_FALSE(vf::crypto::constant_time_equal("abc", "abd"));
    CHECK_FALSE(vf::crypto::constant_time_equal("a\0b"sv, "a\0c"sv));
}
