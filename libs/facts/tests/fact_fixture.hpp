// Occurrences around one noon.
#pragma once

#include <cstdint>

#include "vf/base/time_text.hpp"
#include "vf/facts/facts.hpp"

namespace vf::facts_tests {

inline const instant noon = *parse_instant("2024-11-20T12:00:00Z");

inline facts::occurrence seen_at(int minute, std::int64_t weight = 1, bool historical = false) {
    facts::occurrence occurrence;
    occurrence.occurred_at = noon + std::chrono::minutes{minute};
    occurrence.record.bytes[15] = static_cast<std::uint8_t>(minute);
    occurrence.weight = weight;
    occurrence.historical = historical;
    return occurrence;
}

}  // namespace vf::facts_tests
