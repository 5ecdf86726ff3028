// Every command of vfctl as a row of one table: its words, the route of the console API it calls,
// and which of its arguments go where in that request. A row is all that a command needs: parsing,
// help, request and rendering follow from it. Pure data.
#pragma once

#include <string_view>
#include <vector>

namespace vf::vfctl {

// A limit is a whole number, or "unlimited" for none.
enum class place { path, query, body, body_list, body_limit };

struct argument {
    std::string_view option;  // "--url", or "id" for one that has a position instead
    std::string_view name;    // of the path part, the parameter or the field
    place where;
    std::string_view help;
    bool required{true};
    bool from_file{false};  // the argument names a file, the file's text is the value
    std::string_view environment{};
    std::string_view fallback{};
};

struct command {
    std::string_view words;  // "endpoint create"
    std::string_view summary;
    std::string_view method;
    std::string_view path;
    std::vector<argument> arguments{};
    bool list{false};  // takes --limit and --cursor
};

[[nodiscard]] const std::vector<command>& all_commands();

}  // namespace vf::vfctl
