// From a command and the values given for it to the call of the API. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vfctl/commands.hpp"

namespace vf::vfctl {

// By the name of the argument; an argument that was not given is not there.
using given_values = std::map<std::string, std::vector<std::string>, std::less<>>;

struct api_request {
    std::string method;
    std::string target;  // path and query, percent-encoded
    std::string body;    // JSON; empty for none
};

// Every required argument has been given.
[[nodiscard]] api_request make_request(const command& chosen, const given_values& values);

}  // namespace vf::vfctl
