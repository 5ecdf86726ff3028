#include "webhook-dispatcher/lanes/start_attempts.hpp"

#include <unordered_map>
#include <utility>

#include "vf/domain/ids.hpp"

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t leased_at_once = 256;

}  // namespace

runtime::task<> attempt_starter::run() {
    std::uint32_t failures = 0;
    while (!deps_.stop.raised()) {
        auto items = deps_.lanes.take(leased_at_once);
        if (items.empty()) {
            co_await deps_.lanes.wait();
            continue;
        }
        const bool started = co_await start(std::move(items));
        if (started) {
            failures = 0;
            continue;
        }
        const auto delay = retry_.delay(++failures, each_.randomness.fraction());
        static_cast<void>(co_await deps_.stop.wait_for(delay));
    }
}

// False: the database could not be asked. The sweep finds these again.
runtime::task<bool> attempt_starter::start(std::vector<lane_item> items) {
    std::vector<domain::delivery_id> deliveries;
    for (const lane_item& item : items) {
        deliveries.push_back(item.delivery);
    }
    std::string token = domain::make_id("lse_", each_.time.now(), each_.randomness);
    auto leased = co_await deps_.deliveries.lease(std::move(deliveries), token);
    if (!leased) {
        log_.warning(
            "not leased", {{"code", leased.error().code}, {"detail", leased.error().detail}}
        );
        co_await give_back(std::move(items), std::move(token));
        co_return false;
    }
    if (deps_.stop.raised()) {
        co_await give_back(std::move(items), std::move(token));
        co_return true;
    }
    std::unordered_map<std::string, leased_delivery> ours;
    for (leased_delivery& delivery : *leased) {
        std::string id = delivery.id.text;
        ours.emplace(std::move(id), std::move(delivery));
    }
    for (lane_item& item : items) {
        const auto found = ours.find(item.delivery.text);
        if (found == ours.end()) {
            deps_.lanes.finished(item, lane_result::untried, std::nullopt);
        } else if (may_attempt(found->second)) {
            deps_.attempts.spawn("attempt", one(std::move(item), std::move(found->second)));
        } else {
            deps_.outcomes.add({std::move(item), park(found->second)});
        }
    }
    co_return true;
}

// Also after an error: its transaction may have been committed without our hearing of it.
runtime::task<> attempt_starter::give_back(std::vector<lane_item> items, std::string token) {
    auto released = co_await deps_.deliveries.release(std::move(token));
    if (!released) {
        log_.warning("leases not given back: they run out", {{"code", released.error().code}});
    }
    for (const lane_item& item : items) {
        deps_.lanes.finished(item, lane_result::untried, std::nullopt);
    }
}

runtime::task<> attempt_starter::one(lane_item item, leased_delivery leased) {
    outcome outcome = co_await attempt(std::move(leased), each_);
    deps_.outcomes.add({std::move(item), std::move(outcome)});
}

}  // namespace vf::webhook_dispatcher
