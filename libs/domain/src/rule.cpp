#include "vf/domain/rule.hpp"

#include <array>

namespace vf::domain {

namespace {

constexpr std::array all_presets{
    preset{
        "welcome", "event",
        R"({"event":"user_signed_up","delay":"0s","refire":"once","cooldown":"0s","fresh_for":"24h"})"
    },
};

}  // namespace

std::span<const preset> presets() {
    return all_presets;
}

}  // namespace vf::domain
