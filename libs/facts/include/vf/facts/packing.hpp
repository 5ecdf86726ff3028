// Facts as they lie in user_facts.facts: a version byte, then vf/v1/user_facts.proto. Empty is no
// fact at all. What version 1 wrote is read as well, and is of version 2 when it is packed again.
// Called by whoever stores facts or reads them from the table. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vf/facts/facts.hpp"

namespace vf::facts {

[[nodiscard]] std::string pack(const user_facts& facts);

// Nothing when it was not packed by `pack`, of this version or the one before.
[[nodiscard]] std::optional<user_facts> unpack(std::string_view packed);

}  // namespace vf::facts
