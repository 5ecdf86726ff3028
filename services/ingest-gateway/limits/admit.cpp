#include "ingest-gateway/limits/admit.hpp"

#include "vf/base/assert.hpp"

namespace vf::ingest_gateway {

namespace {

bool within(const load& in_use, const load& request, const load& most) {
    return in_use.records + request.records <= most.records &&
           in_use.bytes + request.bytes <= most.bytes;
}

void add(load& to, const load& what) {
    to.records += what.records;
    to.bytes += what.bytes;
}

void take_from(load& in_use, const load& what) {
    in_use.records -= what.records;
    in_use.bytes -= what.bytes;
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

bool admission::fits(const load& in_use, const load& request) const {
    const bool room = waiting_.empty() || within(in_flight_, request, limits_.most);
    return room && (in_use.records == 0 || within(in_use, request, limits_.share));
}

std::optional<std::uint64_t> admission::admit(
    const std::string& project, const load& requested_load, instant now
) {
    const auto found = held_.try_emplace(project).first;
    load& load = found->second;
    const bool probing = failing_ && !waiting_.empty();
    if (probing || stalled(now) || !fits(load, requested_load)) {
        if (load.records == 0) {
            held_.erase(found);
        }
        return std::nullopt;
    }
    add(in_flight_, requested_load);
    add(load, requested_load);
    waiting_.emplace(++last_ticket_, admitted{found, requested_load, now});
    return last_ticket_;
}

void admission::release(std::uint64_t ticket) {
    const auto found = waiting_.find(ticket);
    VF_ASSERT(found != waiting_.end());
    const auto& [project, took, since] = found->second;
    take_from(in_flight_, took);
    take_from(project->second, took);
    if (project->second.records == 0) {
        held_.erase(project);
    }
    waiting_.erase(found);
}

bool admission::stalled(instant now) const {
    return !waiting_.empty() && now - waiting_.begin()->second.timestamp >= limits_.stall;
}

}  // namespace vf::ingest_gateway
