// Takes a whole request or none of it: a budget of records and bytes between arrival and broker
// ack, and a breaker for a broker that has stopped answering, so that a refusal takes microseconds
// and memory stays bounded however long an outage lasts. Core; loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "vf/base/clock.hpp"

namespace vf::ingest_gateway {

struct load {
    std::size_t records{0};
    std::size_t bytes{0};
};

struct admission_limits {
    // Below the producer's own, so that it never runs full halfway through a request.
    load most{50'000, 48U << 20U};
    // The oldest request waiting for its ack this long means that the broker has stopped. Nothing
    // is taken then until that one has been answered, which makes it the probe.
    vf::duration stall{std::chrono::seconds{2}};
};

class admission {
public:
    explicit admission(const admission_limits& limits) : limits_{limits} {}

    // A ticket to give back with `release`, or nothing: refuse. An empty budget takes any request,
    // however large.
    [[nodiscard]] std::optional<std::uint64_t> admit(const load& asked, instant now);
    void release(std::uint64_t ticket);

    [[nodiscard]] bool stalled(instant now) const;

    [[nodiscard]] const load& in_flight() const { return in_flight_; }

private:
    struct admitted {
        load took;
        instant at;
    };

    admission_limits limits_;
    load in_flight_;
    std::uint64_t last_ticket_{0};
    // By ticket, so the first is the oldest.
    std::map<std::uint64_t, admitted> waiting_;
};

}  // namespace vf::ingest_gateway
