#include "webhook-dispatcher/lanes/sweep_due.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace vf::webhook_dispatcher {

namespace {

constexpr std::size_t page = 500;
// Rows that wait in lanes already are found again: a sweep must not read them all each time.
constexpr int pages_at_once = 8;

}  // namespace

runtime::task<> sweeper::run() {
    while (!deps_.stop.raised()) {
        auto swept = co_await sweep();
        healthy_ = swept.has_value();
        if (!swept) {
            log_.warning(
                "sweep failed", {{"code", swept.error().code}, {"detail", swept.error().detail}}
            );
        }
        const bool at_once = swept.value_or(false);
        if (!at_once) {
            static_cast<void>(co_await deps_.stop.wait_for(interval_));
        }
    }
}

runtime::task<result<bool>> sweeper::sweep() {
    auto oldest = co_await deps_.deliveries.oldest_due();
    if (!oldest) {
        co_return forward(oldest);
    }
    deps_.metrics.oldest_due_seconds.set(std::chrono::duration<double>(*oldest).count());
    std::size_t taken = 0;
    for (int read = 0; read < pages_at_once; ++read) {
        auto full = deps_.lanes.full_endpoints();
        auto found = co_await deps_.deliveries.due(next_, std::move(full), page);
        if (!found) {
            co_return forward(found);
        }
        std::vector<lane_item> items;
        for (const due_delivery& each : *found) {
            items.push_back(each.item);
        }
        const std::size_t new_ones = deps_.lanes.offer(items);
        deps_.metrics.swept.increment(static_cast<double>(new_ones));
        taken += new_ones;
        if (found->size() < page) {
            next_ = {};
            co_return false;
        }
        next_ = {found->back().due_at, found->back().item.delivery.text};
    }
    // A backlog that only the database knows is not to be worked off by the interval.
    co_return taken > 0;
}

}  // namespace vf::webhook_dispatcher
