// A batch of ingest records to what is to be written and what is set aside. Core.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "normaliser/ingest/change.hpp"
#include "normaliser/ingest/unverified_claims.hpp"
#include "vf/consumer/stage.hpp"
#include "vf/wire/messages.hpp"

namespace vf::normaliser {

// No record twice: of several arrivals of one write the first stands. Only while claims are
// unverified may there be several, because one of them may have to go.
struct ingest_batch {
    std::vector<user_change> users;
    std::vector<new_event> events;
    std::vector<unverified_claim> unverified{};  // in order of arrival

    [[nodiscard]] std::size_t size() const { return users.size() + events.size(); }
};

struct planned_batch {
    ingest_batch writing;
    // Further writes of ids that were received 24 hours before or after: the claims take each for a
    // write of its own, and see one at a time. To be written in this order, after `writing`.
    std::vector<ingest_batch> again{};
    std::vector<consumer::refusal> set_aside;
    std::size_t repeats{0};         // of a record within the batch
    std::vector<instant> probes{};  // when each was sent
};

using project_set = std::set<domain::project_id>;

// The projects of the records, less those that are in `existing`.
[[nodiscard]] std::vector<domain::project_id> unknown_projects(
    const consumer::batch<wire::ingest_record>& records, const project_set& existing
);

[[nodiscard]] planned_batch plan_batch(
    const consumer::batch<wire::ingest_record>& records, const project_set& existing
);

// What is left to write once the claims are resolved; `conflicts` as `resolve_claims` answers them.
[[nodiscard]] ingest_batch without_conflicts(
    const ingest_batch& batch, const std::vector<std::size_t>& conflicts
);

}  // namespace vf::normaliser
