// Time is an argument: cores take an `instant`, shells ask the `clock` that `app` owns. Only
// `system_clock` reads the wall clock; tests use `manual_clock`. Any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace vf {

using duration = std::chrono::microseconds;
// Microseconds since 1970-01-01 UTC, the precision of Postgres.
using instant = std::chrono::sys_time<duration>;

[[nodiscard]] constexpr std::int64_t to_microseconds(instant timestamp) {
    return timestamp.time_since_epoch().count();
}

[[nodiscard]] constexpr instant from_microseconds(std::int64_t since_epoch) {
    return instant{duration{since_epoch}};
}

class clock {
public:
    virtual ~clock() = default;
    [[nodiscard]] virtual instant now() const = 0;
};

class system_clock final : public clock {
public:
    [[nodiscard]] instant now() const override;
};

class manual_clock final : public clock {
public:
    explicit manual_clock(instant start) : now_{start} {}

    [[nodiscard]] instant now() const override { return now_; }

    void set(instant timestamp) { now_ = timestamp; }

    void advance(duration by) { now_ += by; }

private:
    instant now_;
};

}  // namespace vf
