// A trigger rule as data. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vf/base/clock.hpp"
#include "vf/domain/ids.hpp"

namespace vf::domain {

// `once`: one fire per user for good. `per_occurrence`: one per occurrence key, `cooldown` apart.
enum class refire { once, per_occurrence };

// Kind `event`: fires when the latest event of that name has been quiet for `delay`.
struct event_rule {
    rule_id id;
    project_id project;
    std::string preset;
    std::string event_name;
    vf::duration delay{};
    domain::refire refire{domain::refire::per_occurrence};
    vf::duration cooldown{};
    vf::duration fresh_for{};
    instant active_from{};  // occurrences that ripened at or before this never fire
};

// A rule every new project has, paused.
struct preset {
    std::string_view name;
    std::string_view kind;
    std::string_view parameters;  // JSON of `rules.params`
};

[[nodiscard]] std::span<const preset> presets();

}  // namespace vf::domain
