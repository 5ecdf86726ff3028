// Encodings of bytes as text, and the checks of text from outside. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vf {

// Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

[[nodiscard]] std::string to_base64(std::string_view bytes);
// Strict: padded, no white space, no stray bits.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// Crockford's base32 in lower case, most significant bits first; the body of our ids.
[[nodiscard]] std::string to_base32(std::string_view bytes);

// `value` in base62 (0-9A-Za-z), left-padded with '0' to `width`.
[[nodiscard]] std::string to_base62(std::uint64_t value, std::size_t width);

[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

}  // namespace vf
