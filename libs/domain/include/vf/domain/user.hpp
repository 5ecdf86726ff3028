// What a customer says about a user (identify), parsed. Pure data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::domain {

// One trait: its name as sent and its JSON text, verbatim. "null" clears.
struct trait {
    std::string name;
    std::string json;

    friend bool operator==(const trait&, const trait&) = default;
};

struct identify {
    external_user_id user;
    std::optional<std::string> email;
    std::vector<trait> traits;
    std::optional<instant> timestamp;
};

}  // namespace vf::domain
