// A batch of decoded records to what the store is asked to write and what is set aside. Core.
#pragma once

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "change.hpp"
#include "decode.hpp"

namespace vf::normaliser {

// No record twice: of several arrivals of one write the first stands.
struct ingest_batch {
    std::vector<user_change> users;
    std::vector<new_event> events;

    [[nodiscard]] std::size_t size() const { return users.size() + events.size(); }
};

// Which record of the batch, and why.
using set_aside_at = std::pair<std::size_t, wire::set_aside_reason>;

struct planned_batch {
    ingest_batch writing;
    std::vector<set_aside_at> aside;
    std::size_t repeats{0};  // further arrivals within the batch
};

using project_set = std::set<domain::project_id>;

// The projects of the records, less those of `known`.
[[nodiscard]] std::vector<domain::project_id> unknown_projects(
    const std::vector<decoded_ingest>& decoded, const project_set& known
);

[[nodiscard]] planned_batch plan_batch(
    const std::vector<decoded_ingest>& decoded, const project_set& known
);

}  // namespace vf::normaliser
