#include "webhook-dispatcher/fan_out/consume_webhooks.hpp"

#include <string>
#include <unordered_set>
#include <utility>

#include "vf/domain/reasons.hpp"
#include "vf/wire/set_aside.hpp"
#include "webhook-dispatcher/fan_out/tell_fired.hpp"

namespace vf::webhook_dispatcher {

result<wire::webhook_event> read_fired(const wire::record& from) {
    auto fired = wire::decode_fired(from);
    if (!fired) {
        return forward(fired);
    }
    return tell_fired(*fired);
}

wire::record quarantine(const wire::record& input, const error& why, instant now) {
    // Codes of the database are not reasons people group by.
    const bool of_the_record = why.code == domain::reason::undecodable_record ||
                               why.code == domain::reason::unsupported_version;
    wire::set_aside_reason reason{
        .stage = "delivery",
        .code = of_the_record ? why.code : std::string{domain::reason::refused_by_database},
        .field = {},
        .detail = why.detail,
    };
    return wire::encode(wire::set_aside(input, std::move(reason), now));
}

runtime::task<result<std::vector<wire::record>>> consume_webhooks::settle(
    std::vector<wire::record> batch
) {
    std::vector<wire::record> outputs;
    std::vector<wire::webhook_event> events;
    std::unordered_set<std::string> seen;
    std::size_t refused = 0;
    for (const wire::record& record : batch) {
        auto event = read_(record);
        if (!event) {
            outputs.push_back(refuse(record, event.error()));
            ++refused;
        } else if (seen.insert(event->id.text).second) {
            events.push_back(std::move(*event));
        }
    }
    const auto count = events.size();
    if (!events.empty()) {
        auto made = co_await with_.deliveries.fan_out_new(std::move(events), first_delay_);
        if (!made) {
            co_return forward(made);
        }
        for (const wire::delivery_nudge& nudge : made->nudges) {
            outputs.push_back(wire::encode(nudge));
        }
        if (made->parked > 0) {
            with_.on_parked();
        }
    }
    with_.series.events.increment(static_cast<double>(count));
    with_.series.set_aside.increment(static_cast<double>(refused));
    co_return outputs;
}

wire::record consume_webhooks::refuse(const wire::record& input, const error& why) {
    return quarantine(input, why, with_.time.now());
}

}  // namespace vf::webhook_dispatcher
