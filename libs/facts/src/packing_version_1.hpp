// The packing that stands in rows written before version 2: each fact by ascending id; numbers as
// little-endian base-128, signed ones zigzag, times in microseconds, records as 16 bytes. Read
// only. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "vf/facts/facts.hpp"

namespace vf::facts {

// `packed` without its version byte. Nothing when it is not whole.
[[nodiscard]] std::optional<user_facts> unpack_version_1(std::string_view packed);

}  // namespace vf::facts
