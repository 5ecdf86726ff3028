#include "ingest-gateway/limits/admit.hpp"

#include "vf/base/assert.hpp"

namespace vf::ingest_gateway {

namespace {

bool within(const load& in_use, const load& request, const load& limit) {
    return in_use.records + request.records <= limit.records &&
           in_use.bytes + request.bytes <= limit.bytes;
}

void add(load& sum, const load& added) {
    sum.records += added.records;
    sum.bytes += added.bytes;
}

void subtract(load& sum, const load& removed) {
    sum.records -= removed.records;
    sum.bytes -= removed.bytes;
}

}  // namespace

admission_limits admission_limits::divided(std::size_t loops) {
    admission_limits part;
    for (auto* each : {&part.total, &part.share}) {
        each->records /= loops;
        each->bytes /= loops;
    }
    return part;
}

bool admission::fits(const load& in_use, const load& request) const {
    const bool room = admitted_.empty() || within(in_flight_, request, limits_.total);
    return room && (in_use.records == 0 || within(in_use, request, limits_.share));
}

std::optional<std::uint64_t> admission::admit(
    const std::string& project, const load& request, instant now
) {
    const auto found = projects_.try_emplace(project).first;
    load& in_use = found->second;
    const bool probing = failing_ && !admitted_.empty();
    if (probing || stalled(now) || !fits(in_use, request)) {
        if (in_use.records == 0) {
            projects_.erase(found);
        }
        return std::nullopt;
    }
    add(in_flight_, request);
    add(in_use, request);
    admitted_.emplace(++last_ticket_, admitted_request{found, request, now});
    return last_ticket_;
}

void admission::release(std::uint64_t ticket) {
    const auto found = admitted_.find(ticket);
    VF_ASSERT(found != admitted_.end());
    const auto& [project, request, admitted_at] = found->second;
    subtract(in_flight_, request);
    subtract(project->second, request);
    if (project->second.records == 0) {
        projects_.erase(project);
    }
    admitted_.erase(found);
}

bool admission::stalled(instant now) const {
    return !admitted_.empty() && now - admitted_.begin()->second.admitted_at >= limits_.stall;
}

}  // namespace vf::ingest_gateway
