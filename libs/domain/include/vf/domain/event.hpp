// What a customer says a user did (track), parsed. Pure data.
#pragma once

#include <optional>
#include <string>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::domain {

struct track {
    external_user_id user;
    std::string name;
    std::string properties;  // a JSON object, verbatim; "{}" when none was sent
    std::optional<instant> timestamp;
};

}  // namespace vf::domain
