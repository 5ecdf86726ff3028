// How many traits a user may hold, and how much of them. Core.
//
// A name counts for good once it was written, cleared or not, because which write it is from is
// kept with it. So which values stand never depends on the order of arrival; which names there are
// does once there are too many of them: those that came first. Within a batch the order is that of
// the writes.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "normaliser/ingest/change.hpp"

namespace vf::normaliser {

// Bytes of each trait of a user, its name and its value; 0 of one that was cleared. By trait_name.
using trait_sizes = std::map<std::string, std::size_t, std::less<>>;

// Below this nobody needs to be looked at: what a user holds, or what a batch says of one.
inline constexpr std::size_t traits_bytes_harmless = 1'500;

[[nodiscard]] std::size_t bytes_of(const user_change& change);

// Those of the changes that would take the user beyond the limits.
[[nodiscard]] std::vector<const user_change*> find_over_cap(
    std::vector<const user_change*> changes, trait_sizes held
);

}  // namespace vf::normaliser
