#include "webhook-dispatcher/lanes/consume_deliveries.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "vf/domain/reasons.hpp"

namespace vf::webhook_dispatcher {

namespace {

// The clock of the database, which says when a delivery is due, may run ahead of ours.
constexpr duration clock_difference = std::chrono::milliseconds{100};

}  // namespace

result<wire::delivery_nudge> decode_delivery_nudge(const wire::record& record) {
    auto nudge = wire::decode_nudge(record);
    if (nudge && !domain::is_well_formed(nudge->delivery.text, domain::prefix::delivery)) {
        return fail(failure::data, std::string{domain::reason::undecodable_record}, "delivery_id");
    }
    return nudge;
}

runtime::task<result<consumer::outcome>> consume_deliveries::process(
    consumer::batch<wire::delivery_nudge> nudges
) {
    const instant now = clock_.now();
    std::vector<resend> resends;
    std::vector<lane_item> ready;
    for (auto& [index, nudge] : nudges) {
        if (!nudge.resend_id.empty()) {
            resends.push_back({std::move(nudge.resend_id), std::move(nudge.delivery)});
        } else if (nudge.due_at <= now + clock_difference) {
            ready.push_back(
                {std::move(nudge.delivery), std::move(nudge.endpoint), std::move(nudge.project),
                 true}
            );
        }
    }
    if (!resends.empty()) {
        auto started = co_await deliveries_.start_again(std::move(resends));
        if (!started) {
            co_return forward(started);
        }
        metrics_.resends.increment(static_cast<double>(started->size()));
        for (lane_item& item : *started) {
            ready.push_back(std::move(item));
        }
    }
    const std::size_t taken = lanes_.offer(ready);
    metrics_.nudges.increment(static_cast<double>(nudges.size()));
    metrics_.nudges_dropped.increment(static_cast<double>(ready.size() - taken));
    co_return consumer::outcome{};
}

}  // namespace vf::webhook_dispatcher
