#include "ingest-gateway/limits/quotas.hpp"

#include <algorithm>
#include <utility>

namespace vf::ingest_gateway {

namespace {

constexpr double flood_burst_seconds = 10;

// A whole second's worth may come at once.
double burst_of(double per_second) {
    return std::max(per_second, 1.0);
}

std::uint64_t whole_seconds_up(vf::duration span) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(span).count());
}

}  // namespace

rate_state quotas::take_token(const customer& who, rate_kind kind, instant now) {
    if (!settings_.limited) {
        return {};
    }
    const auto own = who.own_limits.of(kind);
    const auto rate = own ? own : settings_.requests.of(kind);
    if (!rate) {
        return {};
    }
    const std::scoped_lock locked{mutex_};
    auto found = requests_.find({who.project.text, kind});
    if (found == requests_.end()) {
        found = requests_
                    .emplace(
                        std::pair{who.project.text, kind}, token_bucket{*rate, burst_of(*rate), now}
                    )
                    .first;
    }
    token_bucket& bucket = found->second;
    bucket.set_rate(*rate, burst_of(*rate), now);
    rate_state rate_state;
    rate_state.allowed = bucket.take(1, now);
    rate_state.limit = static_cast<std::uint64_t>(*rate);
    rate_state.remaining = static_cast<std::uint64_t>(bucket.tokens());
    rate_state.reset_seconds = rate_state.allowed
                                   ? whole_seconds_up(bucket.until(bucket.burst()))
                                   : std::max<std::uint64_t>(whole_seconds_up(bucket.until(1)), 1);
    return rate_state;
}

bool quotas::flooding(const std::string& project, std::size_t records, instant now) {
    if (!settings_.flood) {
        return false;
    }
    const std::scoped_lock locked{mutex_};
    const double burst = *settings_.flood * flood_burst_seconds;
    auto found = floods_.find(project);
    if (found == floods_.end()) {
        found = floods_.emplace(project, flood_watch{{*settings_.flood, burst, now}}).first;
    }
    flood_watch& watch = found->second;
    watch.records.take_up_to(static_cast<double>(records), now);
    const double left = watch.records.tokens();
    watch.over = watch.over ? left < burst / 2 : left <= 0;
    return watch.over;
}

bool quotas::backlog_full(const std::string& project) const {
    const std::scoped_lock locked{mutex_};
    return backlog_.of(project) >= settings_.backlog_max;
}

void quotas::queued(const std::string& project, std::size_t records) {
    const std::scoped_lock locked{mutex_};
    backlog_.add(project, records);
}

void quotas::update_backlog(const backlog_offsets& backlog_offsets) {
    const std::scoped_lock locked{mutex_};
    backlog_.moved(backlog_offsets);
}

bool quotas::queueing() const {
    const std::scoped_lock locked{mutex_};
    return !backlog_.empty();
}

}  // namespace vf::ingest_gateway
