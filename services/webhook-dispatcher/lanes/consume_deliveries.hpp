// The consumer of vf.deliveries: applies resends, and offers what is due to the lanes. A nudge is
// a hint: one that finds no room is dropped, and the sweep finds its row. Driven by consumer::shell
// on the loop thread.
#pragma once

#include <vector>

#include "vf/base/clock.hpp"
#include "vf/consumer/stage.hpp"
#include "webhook-dispatcher/lanes/lane_desk.hpp"
#include "webhook-dispatcher/metrics.hpp"
#include "webhook-dispatcher/store.hpp"

namespace vf::webhook_dispatcher {

class consume_deliveries final : public consumer::stage {
public:
    consume_deliveries(
        store& deliveries, lane_desk& lanes, const vf::clock& time, const metrics& series
    )
        : deliveries_{deliveries}, lanes_{lanes}, time_{time}, series_{series} {}

    [[nodiscard]] runtime::task<result<std::vector<wire::record>>> settle(
        std::vector<wire::record> batch
    ) override;
    [[nodiscard]] wire::record refuse(const wire::record& input, const error& why) override;

private:
    store& deliveries_;
    lane_desk& lanes_;
    const vf::clock& time_;
    const metrics& series_;
};

}  // namespace vf::webhook_dispatcher
