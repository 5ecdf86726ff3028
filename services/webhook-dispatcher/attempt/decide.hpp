// What becomes of a delivery after an attempt. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "vf/base/clock.hpp"
#include "webhook-dispatcher/attempt/classify.hpp"

namespace vf::webhook_dispatcher {

enum class delivery_state { pending, delivered, dead };

[[nodiscard]] std::string_view text_of(delivery_state state);

struct next_step {
    delivery_state state{delivery_state::pending};
    std::optional<instant> next_attempt_at;  // of a pending one
};

// `attempt` counts from 1 and is the one that just ended; `fraction` is uniform in [0, 1). The
// schedule has the delay before each attempt: as many attempts as entries, the first included. A
// delay is spread by ±10 %, and nothing an endpoint says makes it shorter.
[[nodiscard]] next_step decide(
    const classified& answer, std::uint32_t attempt, std::span<const duration> schedule,
    instant ended_at, double fraction
);

}  // namespace vf::webhook_dispatcher
