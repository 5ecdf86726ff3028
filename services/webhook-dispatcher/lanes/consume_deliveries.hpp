// The stage of vf.deliveries: applies resends, and offers what is due to the lanes. A nudge is a
// hint: one that finds no room is dropped, and the sweep finds its row. Driven by consumer::worker
// on the loop thread.
#pragma once

#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/lanes/lane_scheduler.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

// Ids go into statements together with others': one that is none is data/undecodable_record.
[[nodiscard]] result<wire::delivery_nudge> decode_delivery_nudge(const wire::record& record);

class consume_deliveries final : public consumer::stage<wire::delivery_nudge> {
public:
    consume_deliveries(
        store& deliveries, lane_scheduler& lanes, const vf::clock& clock, const metrics& counters
    )
        : deliveries_{deliveries}, lanes_{lanes}, clock_{clock}, metrics_{counters} {}

    [[nodiscard]] runtime::task<result<consumer::outcome>> process(
        consumer::batch<wire::delivery_nudge> nudges
    ) override;

private:
    store& deliveries_;
    lane_scheduler& lanes_;
    const vf::clock& clock_;
    const metrics& metrics_;
};

}  // namespace vf::webhook_dispatcher
