// Which canonical events say where a user stands: the latest of them by time gives the stage, in
// whatever order they arrived. Pure data.
#pragma once

#include <array>
#include <string_view>

namespace vf::normaliser {

struct stage_event {
    std::string_view name;
    std::string_view stage;
};

inline constexpr std::array<stage_event, 5> stage_events{{
    {"user_signed_up", "signed_up"},
    {"trial_started", "trialing"},
    {"subscription_changed", "active"},
    {"subscription_cancelled", "cancelled"},
    {"payment_failed", "past_due"},
}};

[[nodiscard]] constexpr bool sets_stage(std::string_view event_name) {
    for (const auto& each : stage_events) {
        if (each.name == event_name) {
            return true;
        }
    }
    return false;
}

}  // namespace vf::normaliser
