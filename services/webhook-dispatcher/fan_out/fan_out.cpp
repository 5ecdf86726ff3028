#include "webhook-dispatcher/fan_out/fan_out.hpp"

#include <algorithm>
#include <unordered_map>

#include "vf/wire/derived_ids.hpp"

namespace vf::webhook_dispatcher {

std::vector<new_delivery> fan_out(
    std::span<const wire::webhook_event> events, std::span<const domain::endpoint> endpoints
) {
    std::unordered_map<domain::project_id, std::vector<const domain::endpoint*>> by_project;
    for (const domain::endpoint& endpoint : endpoints) {
        by_project[endpoint.project].push_back(&endpoint);
    }
    std::vector<new_delivery> deliveries;
    for (const wire::webhook_event& event : events) {
        const auto found = by_project.find(event.project);
        if (found == by_project.end()) {
            continue;
        }
        for (const domain::endpoint* endpoint : found->second) {
            if (std::ranges::find(endpoint->event_types, event.type) ==
                endpoint->event_types.end()) {
                continue;
            }
            deliveries.push_back({
                .id = wire::derive_delivery_id(event.id, endpoint->id),
                .project = event.project,
                .event = event.id,
                .endpoint = endpoint->id,
                .type = event.type,
                .parked = !endpoint->enabled,
            });
        }
    }
    return deliveries;
}

}  // namespace vf::webhook_dispatcher
