#include "vf/domain/event_names.hpp"

#include <algorithm>
#include <array>

namespace vf::domain {

namespace {

using enum property_type;

constexpr std::array user_signed_up{
    property_rule{"plan", string, false},
    property_rule{"source", string, false},
};
constexpr std::array trial_started{property_rule{"trialDays", number, false}};
constexpr std::array feature_used{
    property_rule{"feature", string, true},
    property_rule{"count", number, false},
};
constexpr std::array onboarding_step{
    property_rule{"step", string, true},
    property_rule{"completed", boolean, false},
};
constexpr std::array subscription_changed{
    property_rule{"to", string, true},
    property_rule{"from", string, false},
    property_rule{"interval", string, false},
    property_rule{"mrr", number, false},
};
constexpr std::array subscription_cancelled{
    property_rule{"reason", string, false},
    property_rule{"effectiveAt", time, false},
};
constexpr std::array payment_failed{property_rule{"reason", string, false}};
constexpr std::array trial_expiring{property_rule{"daysLeft", number, true}};
constexpr std::array user_invited{property_rule{"invitedEmail", string, true}};
constexpr std::array usage_threshold_reached{
    property_rule{"metric", string, false},
    property_rule{"threshold", number, false},
    property_rule{"value", number, false},
    property_rule{"percent", number, false},
};

constexpr std::array canonical_events{
    canonical_event{"user_signed_up", user_signed_up},
    canonical_event{"trial_started", trial_started},
    canonical_event{"feature_used", feature_used},
    canonical_event{"onboarding_step", onboarding_step},
    canonical_event{"subscription_changed", subscription_changed},
    canonical_event{"subscription_cancelled", subscription_cancelled},
    canonical_event{"payment_failed", payment_failed},
    canonical_event{"trial_expiring", trial_expiring},
    canonical_event{"user_invited", user_invited},
    canonical_event{"usage_threshold_reached", usage_threshold_reached},
};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_camel_case(std::string_view name) {
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
           name.find('_') == std::string_view::npos;
}

constexpr std::array<std::string_view, 4> reserved_prefixes{"$", "vf_", "vibefollow_", "email."};

}  // namespace

const canonical_event* find_canonical(std::string_view name) {
    const auto found = std::ranges::find(canonical_events, name, &canonical_event::name);
    return found == canonical_events.end() ? nullptr : &*found;
}

bool is_reserved_name(std::string_view name) {
    return std::ranges::any_of(reserved_prefixes, [name](std::string_view reserved) {
        return name.starts_with(reserved);
    });
}

std::string snake_case(std::string_view name) {
    if (!is_camel_case(name)) {
        return std::string{name};
    }
    std::string text;
    for (const char c : name) {
        if (is_upper(c)) {
            text += '_';
            text += static_cast<char>(c - 'A' + 'a');
        } else {
            text += c;
        }
    }
    return text;
}

bool is_spelling_of(std::string_view name, std::string_view snake_name) {
    // Longer by an underscore for each capital; most names differ before it comes to that.
    const bool may_be = name == snake_name || name.size() < snake_name.size();
    return may_be && snake_case(name) == snake_name;
}

}  // namespace vf::domain
