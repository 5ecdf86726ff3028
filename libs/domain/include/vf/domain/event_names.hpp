// The ten canonical events, what each must and may carry, and the names nobody may use. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vf::domain {

// A time is a string that `parse_instant_or_date` takes.
enum class property_type { string, number, boolean, time };

struct property_rule {
    std::string_view name;  // camelCase; its snake_case spelling means the same
    property_type type;
    bool required;
};

struct canonical_event {
    std::string_view name;
    std::span<const property_rule> properties;
};

// Null for a custom name.
[[nodiscard]] const canonical_event* find_canonical(std::string_view name);

// Prefixes $, vf_, vibefollow_ and email. belong to the house.
[[nodiscard]] bool is_reserved_name(std::string_view name);

// "trialDays" → "trial_days". What is not camelCase comes back as it is ("trial_days", "Plan",
// "first_Name"), so that names which differ by case alone stay two.
[[nodiscard]] std::string snake_case(std::string_view name);

// snake_case(name) == snake_name, without a copy.
[[nodiscard]] bool is_spelling_of(std::string_view name, std::string_view snake_name);

}  // namespace vf::domain
