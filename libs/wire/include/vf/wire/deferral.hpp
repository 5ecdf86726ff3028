// A record that is put on a topic again, to be read later: by a consumer that would otherwise keep
// others waiting. It keeps its key, value and headers, and where it was first read, so that what
// becomes of it is one item however often it is put back. Pure; any thread.
#pragma once

#include <string_view>

#include "vf/wire/record.hpp"

namespace vf::wire {

// "topic/partition/offset" of the first time it was read.
inline constexpr std::string_view origin_header = "vf-origin";

// The origin of one that was put back before stays.
[[nodiscard]] record put_back(const record& original, std::string_view topic);

// As it was first read; one that was never put back, or whose origin cannot be read, as it is.
[[nodiscard]] record as_first_read(record again);

}  // namespace vf::wire
