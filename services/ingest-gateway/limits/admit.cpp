#include "ingest-gateway/limits/admit.hpp"

#include <map>
#include <utility>

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

struct admission::state {
    // A map, whose iterators stay good while others come and go.
    using load_by_project = std::map<std::string, load>;

    struct admitted_request {
        load_by_project::iterator project;
        load request;
        instant admitted_at;
    };

    [[nodiscard]] bool fits(const load& in_use, const load& request) const {
        const bool room = admitted.empty() || within(in_flight, request, limits.total);
        return room && (in_use.records == 0 || within(in_use, request, limits.share));
    }

    [[nodiscard]] bool stalled(instant now) const {
        return !admitted.empty() && now - admitted.begin()->second.admitted_at >= limits.stall &&
               now - acknowledged_at >= limits.stall;
    }

    void release(std::uint64_t ticket) {
        const auto found = admitted.find(ticket);
        VF_ASSERT(found != admitted.end());
        const auto& [project, request, admitted_at] = found->second;
        subtract(in_flight, request);
        subtract(project->second, request);
        if (project->second.records == 0) {
            projects.erase(project);
        }
        admitted.erase(found);
    }

    admission_limits limits;
    load in_flight{};
    instant acknowledged_at{};
    std::uint64_t last_ticket{0};
    load_by_project projects{};
    // By ticket, so the first is the oldest.
    std::map<std::uint64_t, admitted_request> admitted{};
};

admission_limits admission_limits::divided(std::size_t loops) {
    admission_limits part;
    for (auto* each : {&part.total, &part.share}) {
        each->records /= loops;
        each->bytes /= loops;
    }
    return part;
}

admission::permit::permit(std::shared_ptr<state> budget, std::uint64_t ticket)
    : budget_{std::move(budget)}, ticket_{ticket} {}

admission::permit::~permit() {
    if (budget_ != nullptr) {
        budget_->release(ticket_);
    }
}

admission::admission(const admission_limits& limits) : state_{std::make_shared<state>(limits)} {}

std::optional<admission::permit> admission::admit(
    const std::string& project, const load& request, instant now
) {
    auto& budget = *state_;
    const auto found = budget.projects.try_emplace(project).first;
    load& in_use = found->second;
    if (budget.stalled(now) || !budget.fits(in_use, request)) {
        if (in_use.records == 0) {
            budget.projects.erase(found);
        }
        return std::nullopt;
    }
    add(budget.in_flight, request);
    add(in_use, request);
    budget.admitted.emplace(++budget.last_ticket, state::admitted_request{found, request, now});
    return permit{state_, budget.last_ticket};
}

void admission::acknowledged(instant now) {
    state_->acknowledged_at = now;
}

bool admission::stalled(instant now) const {
    return state_->stalled(now);
}

const load& admission::in_flight() const {
    return state_->in_flight;
}

}  // namespace vf::ingest_gateway
