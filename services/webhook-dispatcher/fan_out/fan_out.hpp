// Which endpoints get an event. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vf/domain/endpoint.hpp"
#include "vf/domain/ids.hpp"
#include "vf/wire/messages.hpp"

namespace vf::webhook_dispatcher {

struct new_delivery {
    domain::delivery_id id;
    domain::project_id project;
    domain::event_id event;
    domain::endpoint_id endpoint;
    std::string type;
    // The endpoint is disabled: the delivery begins dead, where people see it and can send it
    // again, rather than not at all.
    bool parked{false};
};

// `endpoints` are those of the projects of `events` that are not deleted; `enabled` says whether
// an endpoint never answered 410. Each endpoint of the project that lists the type gets
// one delivery of each event, with an id that a repeat makes again.
[[nodiscard]] std::vector<new_delivery> fan_out(
    std::span<const wire::webhook_event> events, std::span<const domain::endpoint> endpoints
);

}  // namespace vf::webhook_dispatcher
