// The consumer of vf.webhooks and, with another way to read a record, of vf.fired: events to
// delivery rows, rows to nudges. Driven by consumer::shell on the loop thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

using event_reader = result<wire::webhook_event> (*)(const wire::record& from);

// Of vf.fired: what customers are told of a fire.
[[nodiscard]] result<wire::webhook_event> read_fired(const wire::record& from);

struct fan_out_parts {
    store& deliveries;
    const vf::clock& time;
    const metrics& series;
    // Called when a batch made deliveries dead at birth.
    std::function<void()> on_parked;
};

class consume_webhooks final : public consumer::stage {
public:
    consume_webhooks(fan_out_parts with, event_reader read, duration first_delay)
        : with_{std::move(with)}, read_{read}, first_delay_{first_delay} {}

    [[nodiscard]] runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) override;
    [[nodiscard]] wire::record refuse(const wire::record& input, const error& why) override;

private:
    fan_out_parts with_;
    event_reader read_;
    duration first_delay_;
};

// The record of vf.quarantine for what a consumer of this service cannot use.
[[nodiscard]] wire::record quarantine(const wire::record& input, const error& why, instant now);

}  // namespace vf::webhook_dispatcher
