#include "vf/http/body_budget.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace vf::http {

namespace {

telemetry::labels labels_of(const body_limits& limits) {
    return limits.name.empty() ? telemetry::labels{}
                               : telemetry::labels{{"budget", std::string{limits.name}}};
}

}  // namespace

struct body_budget::state {
    state(const body_limits& body_limits, telemetry::registry& metrics)
        : limits{body_limits},
          gauge{metrics.make_gauge(
              "vf_http_body_bytes", "Bytes of request bodies that are held, being read or handled",
              labels_of(body_limits)
          )} {}

    // Whether a lease may count for more, and hold more, than it does: `own` is what it counts for
    // now, `of_account` what all leases of its account do.
    [[nodiscard]] bool fits(
        std::size_t of_account, std::size_t own, std::size_t counting, std::size_t holding,
        std::size_t added
    ) const {
        const bool alone = of_account == own;
        const bool usual = alone && holding <= body_limits::usual_body;
        const auto room = usual ? limits.total : limits.total - limits.reserved();
        const bool within_share =
            counting <= own || alone || of_account + (counting - own) <= limits.share;
        return within_share && (added == 0 || held + added <= room);
    }

    body_limits limits;
    telemetry::gauge gauge;
    mutable std::mutex mutex{};
    std::size_t held{0};
    std::unordered_map<std::string, std::size_t> accounts{};  // what each counts for; none nothing
};

body_budget::body_budget(const body_limits& limits, telemetry::registry& metrics)
    : state_{std::make_shared<state>(limits, metrics)} {}

body_lease body_budget::open(std::string account) const {
    return body_lease{state_, std::move(account)};
}

std::size_t body_budget::held() const {
    const std::scoped_lock locked{state_->mutex};
    return state_->held;
}

body_lease::body_lease(std::shared_ptr<body_budget::state> budget, std::string account)
    : budget_{std::move(budget)}, account_{std::move(account)} {}

body_lease::~body_lease() {
    give_back();
}

body_lease::body_lease(body_lease&& from) noexcept
    : budget_{std::move(from.budget_)},
      account_{std::move(from.account_)},
      announced_{std::exchange(from.announced_, 0)},
      bytes_{std::exchange(from.bytes_, 0)} {}

body_lease& body_lease::operator=(body_lease&& from) noexcept {
    if (this != &from) {
        give_back();
        budget_ = std::move(from.budget_);
        account_ = std::move(from.account_);
        announced_ = std::exchange(from.announced_, 0);
        bytes_ = std::exchange(from.bytes_, 0);
    }
    return *this;
}

bool body_lease::announce(std::size_t bytes) {
    return change(bytes, bytes_);
}

bool body_lease::hold(std::size_t bytes) {
    return change(announced_, bytes);
}

bool body_lease::change(std::size_t announced, std::size_t bytes) {
    if (budget_ == nullptr) {
        announced_ = announced;
        bytes_ = bytes;
        return true;
    }
    auto& budget = *budget_;
    const auto own = std::max(announced_, bytes_);
    const auto counting = std::max(announced, bytes);
    const auto added = bytes > bytes_ ? bytes - bytes_ : 0;
    const std::scoped_lock locked{budget.mutex};
    const auto found = budget.accounts.try_emplace(account_, 0).first;
    const bool granted = budget.fits(found->second, own, counting, bytes, added);
    if (granted) {
        budget.held += bytes - bytes_;
        found->second += counting - own;
        announced_ = announced;
        bytes_ = bytes;
        budget.gauge.set(static_cast<double>(budget.held));
    }
    if (found->second == 0) {
        budget.accounts.erase(found);
    }
    return granted;
}

void body_lease::give_back() noexcept {
    if (announced_ > 0 || bytes_ > 0) {
        // Less needs no room.
        static_cast<void>(change(0, 0));
    }
}

}  // namespace vf::http
