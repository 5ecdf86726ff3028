#include "vf/consumer/report_lag.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace vf::consumer {

vf::duration lag_of(const std::vector<const shell*>& shells, instant now) {
    vf::duration greatest{0};
    for (const auto* one : shells) {
        if (const auto oldest = one->oldest_in_hand()) {
            greatest = std::max(greatest, now - *oldest);
        }
    }
    return greatest;
}

runtime::task<> report_lag(
    std::vector<const shell*> shells, telemetry::registry& metrics, const clock& now,
    runtime::signal& stop
) {
    constexpr vf::duration interval = std::chrono::seconds{1};
    std::map<std::string, std::vector<const shell*>> consumers;
    for (const auto* one : shells) {
        consumers[one->name()].push_back(one);
    }
    for (;;) {
        for (const auto& [name, members] : consumers) {
            const std::chrono::duration<double> behind = lag_of(members, now.now());
            metrics
                .make_gauge(
                    "vf_consumer_lag_seconds", "Age of the oldest record not yet settled",
                    {{"consumer", name}}
                )
                .set(behind.count());
        }
        const bool stopping = co_await stop.wait_for(interval);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::consumer
