// A rate with a burst of `burst` tokens, refilled evenly. Core.
#pragma once

#include <algorithm>
#include <chrono>

#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

class token_bucket {
public:
    token_bucket(double per_second, double burst, instant now)
        : per_second_{per_second}, burst_{burst}, tokens_{burst}, refilled_at_{now} {}

    // Takes `count` when they are there, and nothing otherwise.
    [[nodiscard]] bool take(double count, instant now) {
        refill(now);
        // A rounding error of the refill is no reason to refuse.
        constexpr double rounding = 1e-6;
        if (tokens_ + rounding < count) {
            return false;
        }
        tokens_ = std::max(tokens_ - count, 0.0);
        return true;
    }

    // Takes what is there.
    void take_up_to(double count, instant now) {
        refill(now);
        tokens_ = std::max(tokens_ - count, 0.0);
    }

    // A change keeps what has been used.
    void set_rate(double per_second, double burst, instant now) {
        if (per_second == per_second_ && burst == burst_) {
            return;
        }
        refill(now);
        tokens_ = std::clamp(tokens_ + burst - burst_, 0.0, burst);
        per_second_ = per_second;
        burst_ = burst;
    }

    [[nodiscard]] double tokens() const { return tokens_; }

    [[nodiscard]] double burst() const { return burst_; }

    // Until there are `count`, which are no more than the burst.
    [[nodiscard]] vf::duration until(double count) const {
        const std::chrono::duration<double> span{std::max(count - tokens_, 0.0) / per_second_};
        return std::chrono::duration_cast<vf::duration>(span);
    }

private:
    void refill(instant now) {
        // A clock that was set back refills nothing.
        const auto passed = std::max(now - refilled_at_, vf::duration::zero());
        refilled_at_ = now;
        const double seconds = std::chrono::duration<double>(passed).count();
        tokens_ = std::min(tokens_ + seconds * per_second_, burst_);
    }

    double per_second_;
    double burst_;
    double tokens_;
    instant refilled_at_;
};

}  // namespace vf::ingest_gateway
