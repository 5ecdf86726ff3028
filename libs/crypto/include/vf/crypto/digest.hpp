// Digests and message authentication over OpenSSL. Raw bytes in `std::string`; vf/base/text.hpp
// turns them into hex. Any thread; a failure inside OpenSSL is an assertion.
#pragma once

#include <string>
#include <string_view>

namespace vf::crypto {

[[nodiscard]] std::string sha256(std::string_view data);                             // 32 bytes
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes
// Time depends on the lengths only.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace vf::crypto
