// A batch of decoded records to what the store is asked to write and what is set aside. Core.
#pragma once

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "normaliser/ingest/change.hpp"
#include "normaliser/ingest/decode.hpp"
#include "normaliser/ingest/unsettled.hpp"

namespace vf::normaliser {

// No record twice: of several arrivals of one write the first stands. Only while claims are
// unsettled may there be several, because one of them may have to go.
struct ingest_batch {
    std::vector<user_change> users;
    std::vector<new_event> events;
    std::vector<unsettled_claim> unsettled{};  // in order of arrival

    [[nodiscard]] std::size_t size() const { return users.size() + events.size(); }
};

// Which record of the batch, and why.
using set_aside_at = std::pair<std::size_t, wire::set_aside_reason>;

struct planned_batch {
    ingest_batch writing;
    std::vector<set_aside_at> aside;
    std::size_t repeats{0};         // further arrivals within the batch
    std::vector<instant> probes{};  // when each was sent
};

using project_set = std::set<domain::project_id>;

// The projects of the records, less those of `known`.
[[nodiscard]] std::vector<domain::project_id> unknown_projects(
    const std::vector<decoded_ingest>& decoded, const project_set& known
);

[[nodiscard]] planned_batch plan_batch(
    const std::vector<decoded_ingest>& decoded, const project_set& known
);

// What is left to write once the claims are settled; `conflicts` as `settle` answers them.
[[nodiscard]] ingest_batch settled(
    const ingest_batch& batch, const std::vector<std::size_t>& conflicts
);

}  // namespace vf::normaliser
