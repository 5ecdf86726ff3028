#include "webhook-dispatcher/attempt/decide.hpp"

#include <algorithm>
#include <cmath>

namespace vf::webhook_dispatcher {

namespace {

constexpr double spread = 0.1;

duration with_jitter(duration delay, double fraction) {
    const double factor = 1 - spread + 2 * spread * fraction;
    // Rounded up, so that a delay is never below the documented one less its jitter.
    const double spread_out = std::ceil(static_cast<double>(delay.count()) * factor);
    return duration{static_cast<duration::rep>(spread_out)};
}

}  // namespace

std::string_view text_of(delivery_state state) {
    switch (state) {
        case delivery_state::pending:
            return "pending";
        case delivery_state::delivered:
            return "delivered";
        case delivery_state::dead:
            return "dead";
    }
    return "unknown";
}

next_step decide(
    const classified& answer, std::uint32_t attempt, std::span<const duration> schedule,
    instant ended_at, double fraction
) {
    if (answer.what == meaning::delivered) {
        return {delivery_state::delivered, std::nullopt};
    }
    if (answer.what == meaning::gone || attempt >= schedule.size()) {
        return {delivery_state::dead, std::nullopt};
    }
    instant next = ended_at + with_jitter(schedule[attempt], fraction);
    if (answer.not_before) {
        next = std::max(next, *answer.not_before);
    }
    return {delivery_state::pending, next};
}

}  // namespace vf::webhook_dispatcher
