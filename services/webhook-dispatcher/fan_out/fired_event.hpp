// A fire of a rule as the webhook event `trigger.fired`. Pure; any thread.
#pragma once

#include "vf/wire/messages.hpp"

namespace vf::webhook_dispatcher {

// The event id is derived from the fire, so a repeated announcement is the same event.
[[nodiscard]] wire::webhook_event fired_event(const wire::rule_fired& fired);

}  // namespace vf::webhook_dispatcher
