// The ten canonical events, what each must and may carry, and the names nobody may use. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vf::domain {

enum class property_type { string, number, boolean };

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

// "trialDays" → "trial_days"; text in snake_case comes back as it is.
[[nodiscard]] std::string snake_case(std::string_view name);

}  // namespace vf::domain
