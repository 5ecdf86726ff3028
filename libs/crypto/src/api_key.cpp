#include "vf/crypto/api_key.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "vf/base/text.hpp"
#include "vf/crypto/digest.hpp"

namespace vf::crypto {

namespace {

constexpr std::string_view prefix = "sk_live_";
constexpr std::size_t body_characters = 32;
constexpr std::size_t checksum_characters = 6;
constexpr std::size_t last_shown = 4;
constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_base62(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string random_body(random& randomness) {
    // The bytes from 248 on are thrown away: with them some characters would come more often.
    constexpr std::size_t fair_bytes = 256 / base62_digits.size() * base62_digits.size();
    std::string body;
    body.reserve(body_characters);
    std::array<std::uint8_t, body_characters> bytes{};
    while (body.size() < body_characters) {
        randomness.fill(bytes);
        for (const std::uint8_t byte : bytes) {
            if (byte < fair_bytes && body.size() < body_characters) {
                body.push_back(base62_digits[byte % base62_digits.size()]);
            }
        }
    }
    return body;
}

std::string checksum_of(std::string_view body) {
    return to_base62(crc32(body), checksum_characters);
}

}  // namespace

new_api_key make_api_key(random& randomness) {
    const std::string body = random_body(randomness);
    new_api_key created;
    created.secret = std::string{prefix} + body + checksum_of(body);
    created.digest = api_key_digest(created.secret);
    created.last4 = created.secret.substr(created.secret.size() - last_shown);
    return created;
}

bool is_well_formed_api_key(std::string_view key) {
    if (key.size() != prefix.size() + body_characters + checksum_characters ||
        !key.starts_with(prefix)) {
        return false;
    }
    const std::string_view body = key.substr(prefix.size(), body_characters);
    return std::ranges::all_of(body, is_base62) && key.ends_with(checksum_of(body));
}

std::string api_key_digest(std::string_view key) {
    return sha256(key);
}

}  // namespace vf::crypto
