// A batch seen by user: what it says about each, in the order in which rows are locked. Pure data;
// points into the batch.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normaliser/facts/fact_rules.hpp"
#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/users/user_writes.hpp"
#include "vf/base/clock.hpp"

namespace vf::normaliser {

// After the claims only what was not known before. `said` and `counted` are what that comes to.
struct person {
    std::optional<std::int64_t> user_id;  // nothing while nobody of that id was identified
    bool is_new{false};
    std::vector<const user_change*> changes;
    std::vector<const new_event*> events;
    instant first_at{instant::max()};
    instant last_at{instant::min()};
    user_writes said;                    // not yet in the row
    std::vector<counted_event> counted;  // not yet in the facts

    [[nodiscard]] bool is_touched() const { return !changes.empty() || !events.empty(); }

    void saw(instant at);
};

// Project and external id. Ordered, so that every list made from people is sorted.
using person_name = std::pair<std::string_view, std::string_view>;
using people = std::map<person_name, person>;
using chosen_people = std::vector<people::value_type*>;

[[nodiscard]] people gather_people(const ingest_batch& batch);

template <class Predicate>
[[nodiscard]] chosen_people choose(people& from, Predicate wanted) {
    chosen_people found;
    for (auto& each : from) {
        if (wanted(each.second)) {
            found.push_back(&each);
        }
    }
    return found;
}

// Ascending. All of them have one.
[[nodiscard]] std::vector<std::int64_t> ids_of(const chosen_people& of);

struct person_names {
    std::vector<std::string> projects;
    std::vector<std::string> users;
};

[[nodiscard]] person_names names_of(const chosen_people& of);

}  // namespace vf::normaliser
