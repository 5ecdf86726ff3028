// The stage of vf.webhooks and, through another decoder, of vf.fired: events to delivery rows, rows
// to nudges. Driven by consumer::worker on the loop thread.
#pragma once

#include <functional>
#include <utility>

#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// A record of vf.fired as what customers hear of a fire.
[[nodiscard]] result<wire::webhook_event> decode_fired_event(const wire::record& record);

struct fan_out_dependencies {
    store& deliveries;
    const metrics& metrics;
    // Called when a batch had deliveries that begin dead.
    std::function<void()> on_parked;
};

class consume_webhooks final : public consumer::stage<wire::webhook_event> {
public:
    consume_webhooks(fan_out_dependencies deps, duration first_delay)
        : deps_{std::move(deps)}, first_delay_{first_delay} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::webhook_event> messages
    ) override;

private:
    fan_out_dependencies deps_;
    duration first_delay_;
};

}  // namespace vf::webhook_dispatcher
