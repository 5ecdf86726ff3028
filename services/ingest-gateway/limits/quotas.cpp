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

std::uint64_t ceil_seconds(vf::duration span) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(span).count());
}

}  // namespace

rate_limit_status quotas::take_token(const customer& customer, rate_kind kind, instant now) {
    if (!settings_.limited) {
        return {};
    }
    const auto own = customer.own_limits.of(kind);
    const auto rate = own ? own : settings_.requests.of(kind);
    if (!rate) {
        return {};
    }
    const std::scoped_lock locked{mutex_};
    auto found = requests_.find({customer.project.text, kind});
    if (found == requests_.end()) {
        found = requests_
                    .emplace(
                        std::pair{customer.project.text, kind},
                        token_bucket{*rate, burst_of(*rate), now}
                    )
                    .first;
    }
    token_bucket& bucket = found->second;
    bucket.set_rate(*rate, burst_of(*rate), now);
    rate_limit_status status;
    status.allowed = bucket.take(1, now);
    status.limit = static_cast<std::uint64_t>(*rate);
    status.remaining = static_cast<std::uint64_t>(bucket.tokens());
    status.reset_seconds = status.allowed
                               ? ceil_seconds(bucket.until(bucket.burst()))
                               : std::max<std::uint64_t>(ceil_seconds(bucket.until(1)), 1);
    return status;
}

bool quotas::flooding(const std::string& project, std::size_t records, instant now) {
    if (!settings_.flood) {
        return false;
    }
    const std::scoped_lock locked{mutex_};
    const double burst = *settings_.flood * flood_burst_seconds;
    auto found = floods_.find(project);
    if (found == floods_.end()) {
        found = floods_.emplace(project, flood_state{{*settings_.flood, burst, now}}).first;
    }
    flood_state& flood = found->second;
    flood.records.take_up_to(static_cast<double>(records), now);
    const double left = flood.records.tokens();
    flood.flooding = flood.flooding ? left < burst / 2 : left <= 0;
    return flood.flooding;
}

bool quotas::backlog_full(const std::string& project) const {
    const std::scoped_lock locked{mutex_};
    return backlog_.of(project) >= settings_.backlog_max;
}

void quotas::add_backlog(const std::string& project, std::size_t records) {
    const std::scoped_lock locked{mutex_};
    backlog_.add(project, records);
}

void quotas::update_backlog(const backlog_offsets& offsets) {
    const std::scoped_lock locked{mutex_};
    backlog_.update(offsets);
}

bool quotas::backlogged() const {
    const std::scoped_lock locked{mutex_};
    return !backlog_.empty();
}

}  // namespace vf::ingest_gateway
