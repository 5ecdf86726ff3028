// What was typed: the command of the table, the values given for it, and whether the answer is
// printed as JSON. Main thread; prints help and complaints itself.
#pragma once

#include <variant>

#include "vfctl/commands.hpp"
#include "vfctl/request.hpp"

namespace vf::vfctl {

struct invocation {
    const command* chosen{nullptr};
    argument_values values;
    bool json{false};
};

// Or the exit code of a command line that is answered already: 0 help, 64 usage.
[[nodiscard]] std::variant<invocation, int> read_command_line(int argc, char** argv);

}  // namespace vf::vfctl
