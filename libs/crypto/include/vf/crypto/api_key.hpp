// The form of an API key: "sk_live_" + 32 base62 characters + 6 characters of the CRC-32 of those
// 32 in base62. The checksum refuses typos without a look-up; the SHA-256 of the whole key is what
// is stored and looked up. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "vf/base/random.hpp"

namespace vf::crypto {

struct new_api_key {
    std::string secret;  // shown once
    std::string digest;  // 32 raw bytes, stored
    std::string last4;
};

[[nodiscard]] new_api_key make_api_key(random& randomness);
[[nodiscard]] bool is_well_formed_api_key(std::string_view key);
[[nodiscard]] std::string api_key_digest(std::string_view key);

}  // namespace vf::crypto
