// An address as a key: addresses that differ in the case of their letters are one. Pure.
#pragma once

#include <string>
#include <string_view>

namespace vf::normaliser {

// In lower case, without white space around; letters beyond ASCII stay as they are.
[[nodiscard]] std::string mail_address_key(std::string_view address);

// The text, where it is short enough to be an address; else nothing.
[[nodiscard]] std::string mail_address_of(std::string text);

// What `suppressions` and `soft_bounces` know the address by: 32 bytes.
[[nodiscard]] std::string mail_address_digest(std::string_view address);

}  // namespace vf::normaliser
