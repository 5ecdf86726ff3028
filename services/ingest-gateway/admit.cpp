#include "admit.hpp"

#include "vf/base/assert.hpp"

namespace vf::ingest_gateway {

std::optional<std::uint64_t> admission::admit(const load& asked, instant now) {
    const bool fits = in_flight_.records + asked.records <= limits_.most.records &&
                      in_flight_.bytes + asked.bytes <= limits_.most.bytes;
    if (stalled(now) || (!fits && !waiting_.empty())) {
        return std::nullopt;
    }
    in_flight_.records += asked.records;
    in_flight_.bytes += asked.bytes;
    waiting_.emplace(++last_ticket_, admitted{asked, now});
    return last_ticket_;
}

void admission::release(std::uint64_t ticket) {
    const auto found = waiting_.find(ticket);
    VF_ASSERT(found != waiting_.end());
    in_flight_.records -= found->second.took.records;
    in_flight_.bytes -= found->second.took.bytes;
    waiting_.erase(found);
}

bool admission::stalled(instant now) const {
    return !waiting_.empty() && now - waiting_.begin()->second.at >= limits_.stall;
}

}  // namespace vf::ingest_gateway
