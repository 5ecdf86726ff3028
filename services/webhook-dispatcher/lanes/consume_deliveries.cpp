#include "webhook-dispatcher/lanes/consume_deliveries.hpp"

#include <chrono>
#include <utility>

#include "vf/domain/reasons.hpp"
#include "vf/wire/messages.hpp"
#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"

namespace vf::webhook_dispatcher {

namespace {

// The clock of the database, which says when a delivery is due, may run ahead of ours.
constexpr duration clock_difference = std::chrono::milliseconds{100};

// Ids go into statements together with others': a strange one must not take them along.
result<wire::delivery_nudge> read(const wire::record& from) {
    auto nudge = wire::decode_nudge(from);
    if (nudge && !domain::is_well_formed(nudge->delivery.text, domain::prefix::delivery)) {
        return fail(failure::data, std::string{domain::reason::undecodable_record}, "delivery_id");
    }
    return nudge;
}

}  // namespace

runtime::task<result<std::vector<wire::record>>> consume_deliveries::settle(
    std::vector<wire::record> batch
) {
    const instant now = time_.now();
    std::vector<wire::record> outputs;
    std::vector<resend> resends;
    std::vector<lane_item> ready;
    for (const wire::record& record : batch) {
        auto nudge = read(record);
        if (!nudge) {
            outputs.push_back(refuse(record, nudge.error()));
        } else if (!nudge->resend_id.empty()) {
            resends.push_back({std::move(nudge->resend_id), std::move(nudge->delivery)});
        } else if (nudge->due_at <= now + clock_difference) {
            ready.push_back({std::move(nudge->delivery), std::move(nudge->endpoint), true});
        }
    }
    if (!resends.empty()) {
        auto started = co_await deliveries_.start_again(std::move(resends));
        if (!started) {
            co_return forward(started);
        }
        series_.resends.increment(static_cast<double>(started->size()));
        for (lane_item& item : *started) {
            ready.push_back(std::move(item));
        }
    }
    const std::size_t taken = lanes_.offer(ready);
    series_.nudges.increment(static_cast<double>(batch.size()));
    series_.nudges_dropped.increment(static_cast<double>(ready.size() - taken));
    series_.set_aside.increment(static_cast<double>(outputs.size()));
    co_return outputs;
}

wire::record consume_deliveries::refuse(const wire::record& input, const error& why) {
    return quarantine(input, why, time_.now());
}

}  // namespace vf::webhook_dispatcher
