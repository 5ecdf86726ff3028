#include "vf/http/body_budget.hpp"

#include <mutex>
#include <unordered_map>
#include <utility>

namespace vf::http {

struct body_budget::state {
    state(const body_limits& body_limits, telemetry::registry& metrics)
        : limits{body_limits},
          gauge{metrics.make_gauge(
              "vf_http_body_bytes", "Bytes of request bodies that are held, being read or handled"
          )} {}

    [[nodiscard]] bool fits(std::size_t of_account, std::size_t own, std::size_t added) const {
        const bool alone = of_account == own;
        return held + added <= limits.total && (alone || of_account + added <= limits.share);
    }

    body_limits limits;
    telemetry::gauge gauge;
    mutable std::mutex mutex{};
    std::size_t held{0};
    std::unordered_map<std::string, std::size_t> accounts{};  // none with nothing
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
      bytes_{std::exchange(from.bytes_, 0)} {}

body_lease& body_lease::operator=(body_lease&& from) noexcept {
    if (this != &from) {
        give_back();
        budget_ = std::move(from.budget_);
        account_ = std::move(from.account_);
        bytes_ = std::exchange(from.bytes_, 0);
    }
    return *this;
}

bool body_lease::hold(std::size_t bytes) {
    if (budget_ == nullptr) {
        bytes_ = bytes;
        return true;
    }
    auto& budget = *budget_;
    const std::scoped_lock locked{budget.mutex};
    const auto found = budget.accounts.try_emplace(account_, 0).first;
    const bool granted = bytes <= bytes_ || budget.fits(found->second, bytes_, bytes - bytes_);
    if (granted) {
        budget.held += bytes - bytes_;
        found->second += bytes - bytes_;
        bytes_ = bytes;
        budget.gauge.set(static_cast<double>(budget.held));
    }
    if (found->second == 0) {
        budget.accounts.erase(found);
    }
    return granted;
}

void body_lease::give_back() noexcept {
    if (bytes_ > 0) {
        // Holding less needs no room.
        static_cast<void>(hold(0));
    }
}

}  // namespace vf::http
