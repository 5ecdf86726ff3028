// Takes a whole request or none of it: a budget of records and bytes between arrival and broker
// ack, a share of it for each project so that none keeps the others out, and a breaker for a broker
// that has stopped answering. A refusal takes microseconds and memory stays bounded however long an
// outage lasts. Core; loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
    // The oldest request waiting for its ack this long means that the broker has stopped. Nothing
    // is taken then until that one has been answered.
    vf::duration stall{std::chrono::seconds{2}};

    // For one of so many loops.
    [[nodiscard]] static admission_limits divided(std::size_t loops);
};

class admission {
public:
    explicit admission(const admission_limits& limits) : limits_{limits} {}

    // A ticket to give back with `release`, or nothing: refuse. A project that holds nothing may
    // have any request that the whole budget has room for, and an empty budget takes any at all.
    [[nodiscard]] std::optional<std::uint64_t> admit(
        const std::string& project, const load& request, instant now
    );
    void release(std::uint64_t ticket);

    // Whether the broker took what was published. When it did not, one request at a time is let in
    // to find out, until one comes through.
    void note_delivery(bool delivered) { failing_ = !delivered; }

    [[nodiscard]] bool stalled(instant now) const;

    [[nodiscard]] const load& in_flight() const { return in_flight_; }

private:
    // A map, whose iterators stay good while others come and go.
    using load_by_project = std::map<std::string, load>;

    struct admitted_request {
        load_by_project::iterator project;
        load request;
        instant admitted_at;
    };

    [[nodiscard]] bool fits(const load& in_use, const load& request) const;

    admission_limits limits_;
    load in_flight_;
    std::uint64_t last_ticket_{0};
    bool failing_{false};
    load_by_project projects_;
    // By ticket, so the first is the oldest.
    std::map<std::uint64_t, admitted_request> admitted_;
};

}  // namespace vf::ingest_gateway
