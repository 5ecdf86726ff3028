// The trigger rules that come with a project, as data. Pure.
#pragma once

#include <span>
#include <string_view>

namespace vf::domain {

// A rule every new project has, paused.
struct preset {
    std::string_view name;
    std::string_view kind;
    std::string_view parameters;  // JSON of `rules.params`
};

[[nodiscard]] std::span<const preset> presets();

}  // namespace vf::domain
