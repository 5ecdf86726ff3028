#include "vf/crypto/sealed_secret.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "vf/base/random.hpp"
#include "vf/base/text.hpp"

namespace {

using vf::crypto::master_key;

constexpr std::string_view key_text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

master_key some_key() {
    return *master_key::from_base64(key_text);
}

void check_closed(const vf::result<std::string>& opened) {
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == vf::failure::data);
    CHECK(opened.error().code == "secret_not_openable");
}

class zeros final : public vf::random {
public:
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, 0); }
};

}  // namespace

TEST_CASE("sealed secret: the vectors of the GCM specification come out") {
    // Test cases 13 and 14: key and nonce of zeros, no context.
    const master_key key = *master_key::from_base64(vf::to_base64(std::string(32, '\0')));
    zeros randomness;
    const std::string nonce(24, '0');
    CHECK(
        vf::to_hex(key.seal("", "", randomness)) ==
        "01" + nonce + "530f8afbc74536b9a963b4f1c4cb738b"
    );
    CHECK(
        vf::to_hex(key.seal(std::string(16, '\0'), "", randomness)) ==
        "01" + nonce + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"
    );
}

TEST_CASE("sealed secret: a secret of any length opens in its place") {
    vf::seeded_random randomness{1};
    const master_key key = some_key();
    for (const std::size_t length : {0U, 1U, 15U, 16U, 17U, 1000U}) {
        const std::string secret(length, 's');
        const std::string sealed = key.seal(secret, "endpoint:ep_1:secret", randomness);
        CHECK(sealed.size() == 1 + 12 + length + 16);
        CHECK(sealed.front() == 1);
        CHECK(key.open(sealed, "endpoint:ep_1:secret") == secret);
    }
    CHECK(key.open(key.seal("x", "", randomness), "") == "x");
}

TEST_CASE("sealed secret: a change of any bit is found") {
    vf::seeded_random randomness{2};
    const master_key key = some_key();
    const std::string sealed = key.seal("whsec_0123456789", "place", randomness);
    for (std::size_t index = 0; index < sealed.size(); ++index) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = sealed;
            changed[index] =
                static_cast<char>(static_cast<unsigned char>(changed[index]) ^ (1U << bit));
            CAPTURE(index, bit);
            check_closed(key.open(changed, "place"));
        }
    }
}

TEST_CASE("sealed secret: a cut or longer text is refused") {
    vf::seeded_random randomness{3};
    const master_key key = some_key();
    const std::string sealed = key.seal("secret", "place", randomness);
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        CAPTURE(length);
        check_closed(key.open(std::string_view{sealed}.substr(0, length), "place"));
    }
    check_closed(key.open(sealed + '\0', "place"));
}

TEST_CASE("sealed secret: another place or another key does not open it") {
    vf::seeded_random randomness{4};
    const master_key key = some_key();
    const std::string sealed = key.seal("secret", "endpoint:ep_1:secret", randomness);
    check_closed(key.open(sealed, "endpoint:ep_2:secret"));
    check_closed(key.open(sealed, "endpoint:ep_1:secre"));
    check_closed(key.open(sealed, ""));
    const master_key other = *master_key::from_base64(vf::to_base64(std::string(32, 'k')));
    check_closed(other.open(sealed, "endpoint:ep_1:secret"));
}

TEST_CASE("sealed secret: the same secret never looks the same twice") {
    vf::system_random randomness;
    const master_key key = some_key();
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(key.seal("secret", "place", randomness));
    }
    CHECK(seen.size() == 100);
}

TEST_CASE("master key: 32 bytes in base64 are taken, with white space around them") {
    CHECK(master_key::from_base64(key_text));
    CHECK(master_key::from_base64(" \t\r\n" + std::string{key_text} + "\r\n"));
}

TEST_CASE("master key: anything else is refused and not repeated") {
    for (const std::string& text :
         {std::string{}, std::string{"  \n"}, std::string{"not base64!"},
          std::string{key_text.substr(1)}, vf::to_base64(std::string(31, 'k')),
          vf::to_base64(std::string(33, 'k')), std::string(64, 'a'),
          std::string{key_text.substr(0, 20)} + " " + std::string{key_text.substr(20)}}) {
        CAPTURE(text);
        const auto key = master_key::from_base64(text);
        REQUIRE_FALSE(key);
        CHECK(key.error().kind == vf::failure::permanent);
        CHECK(key.error().code == "master_key_invalid");
        CHECK((text.empty() || key.error().detail.find(text) == std::string::npos));
    }
}
