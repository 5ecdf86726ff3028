// The command line of the console API.
#include <variant>

#include "vfctl/command_line.hpp"
#include "vfctl/run.hpp"

int main(int argc, char** argv) {
    const auto typed = vf::vfctl::read_command_line(argc, argv);
    if (const auto* const answered = std::get_if<int>(&typed)) {
        return *answered;
    }
    return vf::vfctl::run(std::get<vf::vfctl::invocation>(typed));
}
