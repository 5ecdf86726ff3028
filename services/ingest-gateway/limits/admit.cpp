#include "ingest-gateway/limits/admit.hpp"

#include "vf/base/assert.hpp"

namespace vf::ingest_gateway {

namespace {

bool within(const load& held, const load& asked, const load& most) {
    return held.records + asked.records <= most.records && held.bytes + asked.bytes <= most.bytes;
}

void add(load& to, const load& what) {
    to.records += what.records;
    to.bytes += what.bytes;
}

void take_from(load& held, const load& what) {
    held.records -= what.records;
    held.bytes -= what.bytes;
}

}  // namespace

admission_limits admission_limits::divided(std::size_t by) {
    admission_limits part;
    for (auto* each : {&part.most, &part.share}) {
        each->records /= by;
        each->bytes /= by;
    }
    return part;
}

bool admission::fits(const load& held, const load& asked) const {
    const bool room = waiting_.empty() || within(in_flight_, asked, limits_.most);
    return room && (held.records == 0 || within(held, asked, limits_.share));
}

std::optional<std::uint64_t> admission::admit(
    const std::string& project, const load& asked, instant now
) {
    const auto found = held_.try_emplace(project).first;
    load& held = found->second;
    const bool probing = failing_ && !waiting_.empty();
    if (probing || stalled(now) || !fits(held, asked)) {
        if (held.records == 0) {
            held_.erase(found);
        }
        return std::nullopt;
    }
    add(in_flight_, asked);
    add(held, asked);
    waiting_.emplace(++last_ticket_, admitted{found, asked, now});
    return last_ticket_;
}

void admission::release(std::uint64_t ticket) {
    const auto found = waiting_.find(ticket);
    VF_ASSERT(found != waiting_.end());
    const auto& [of, took, at] = found->second;
    take_from(in_flight_, took);
    take_from(of->second, took);
    if (of->second.records == 0) {
        held_.erase(of);
    }
    waiting_.erase(found);
}

bool admission::stalled(instant now) const {
    return !waiting_.empty() && now - waiting_.begin()->second.at >= limits_.stall;
}

}  // namespace vf::ingest_gateway
