// From a command and the values of its arguments to the request to the API. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vfctl/commands.hpp"

namespace vf::vfctl {

// By the name of the argument; one that was left out is not there.
using argument_values = std::map<std::string, std::vector<std::string>, std::less<>>;

struct api_request {
    std::string method;
    std::string target;  // path and query, percent-encoded
    std::string body;    // JSON; empty for none
};

// Every required argument has a value.
[[nodiscard]] api_request make_request(const command& chosen, const argument_values& values);

}  // namespace vf::vfctl
