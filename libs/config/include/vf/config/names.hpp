// Every VF_ variable any part of the house reads. All services share one environment, so each must
// tell a neighbour's setting from a typo. A test holds this list against every service's --help.
// An entry that ends in '_' stands for every name that begins with it (VF_TEST_ belongs to tests);
// the _FILE twin of a name is implied.
#pragma once

#include <span>
#include <string_view>

namespace vf::config {

[[nodiscard]] std::span<const std::string_view> known_names();

}  // namespace vf::config
