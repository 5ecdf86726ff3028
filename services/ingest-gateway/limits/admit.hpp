// Takes a whole request or none of it: a budget of records and bytes between arrival and broker
// ack, a share of it for each project so that none keeps the others out, and a breaker for a broker
// that has stopped answering. A refusal takes microseconds and memory stays bounded however long an
// outage lasts. Core; loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

struct load {
    std::size_t records{0};
    std::size_t bytes{0};
};

struct admission_limits {
    // Below the producer's own, so that it never runs full halfway through a request.
    load total{50'000, 48U << 20U};
    // Of the total, what one project may hold while others hold some too.
    load share{25'000, 24U << 20U};
    // Requests wait this long and not one of them was acknowledged: the broker has stopped. Nothing
    // is taken then until one is, or those have been answered. A broker that is slow under load
    // acknowledges all the time, however long each request takes.
    vf::duration stall{std::chrono::seconds{2}};

    // For one of so many loops.
    [[nodiscard]] static admission_limits divided(std::size_t loops);
};

class admission {
    struct state;

public:
    // What one request holds, given back when it is destroyed, whichever way that comes about. It
    // may outlive the budget.
    class permit {
    public:
        permit(permit&& from) noexcept = default;
        permit& operator=(permit&& from) = delete;
        ~permit();

    private:
        friend class admission;

        permit(std::shared_ptr<state> budget, std::uint64_t ticket);

        std::shared_ptr<state> budget_;  // null once moved from
        std::uint64_t ticket_;
    };

    explicit admission(const admission_limits& limits);

    // Nothing: refuse. A project that holds nothing may have any request that the whole budget has
    // room for, and an empty budget takes any at all.
    [[nodiscard]] std::optional<permit> admit(
        const std::string& project, const load& request, instant now
    );

    // The broker has taken the records of a request.
    void acknowledged(instant now);

    [[nodiscard]] bool stalled(instant now) const;

    [[nodiscard]] const load& in_flight() const;

private:
    std::shared_ptr<state> state_;
};

}  // namespace vf::ingest_gateway
