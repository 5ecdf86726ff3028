// The addresses of a project that are not written to, and why. Pure data.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "normaliser/users/user_status.hpp"
#include "vf/base/clock.hpp"

namespace vf::normaliser {

// Project and digest of an address.
using address_name = std::pair<std::string, std::string>;

struct suppression {
    std::string event_id;  // of the outcome it is from
    instant since{};
};

using suppressions_of_address = std::map<suppression_cause, suppression>;
using suppressions = std::map<address_name, suppressions_of_address>;

[[nodiscard]] address_name name_of_address(std::string_view project, std::string_view address);

// Of nobody's address nothing stands.
[[nodiscard]] address_causes causes_of(
    const suppressions& all, std::string_view project, std::string_view address
);

}  // namespace vf::normaliser
