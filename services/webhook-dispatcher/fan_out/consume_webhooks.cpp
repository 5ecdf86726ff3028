#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "webhook-dispatcher/fan_out/fired_event.hpp"

namespace vf::webhook_dispatcher {

result<wire::webhook_event> decode_fired_event(const wire::record& record) {
    auto fired = wire::decode_fired(record);
    if (!fired) {
        return forward(fired);
    }
    return fired_event(*fired);
}

runtime::task<result<consumer::outcome>> consume_webhooks::process(
    consumer::batch<wire::webhook_event> messages
) {
    std::vector<wire::webhook_event> events;
    std::unordered_set<std::string> seen;
    for (auto& [index, event] : messages) {
        if (seen.insert(event.id.text).second) {
            events.push_back(std::move(event));
        }
    }
    const auto count = events.size();
    auto fanned_out = co_await deps_.deliveries.fan_out_new(std::move(events), first_delay_);
    if (!fanned_out) {
        co_return forward(fanned_out);
    }
    if (fanned_out->parked > 0) {
        deps_.on_parked();
    }
    deps_.metrics.events.increment(static_cast<double>(count));
    consumer::outcome processed;
    for (const wire::delivery_nudge& nudge : fanned_out->nudges) {
        processed.outputs.push_back(wire::encode(nudge));
    }
    co_return processed;
}

}  // namespace vf::webhook_dispatcher
