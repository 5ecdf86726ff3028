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

#include "normaliser/facts/fact_cursor.hpp"
#include "normaliser/ingest/plan_batch.hpp"
#include "normaliser/users/user_writes.hpp"
#include "vf/base/clock.hpp"
#include "vf/facts/fact_rules.hpp"

namespace vf::normaliser {

// After the claims only what is new. `writes` and `occurrences` are what that comes to.
struct user_update {
    std::optional<std::int64_t> user_id;  // nothing while nobody of that id was identified
    bool is_new{false};
    std::vector<const user_change*> changes;
    std::vector<const new_event*> events;
    // Pending events that were received until then are of somebody who was erased.
    instant received_after{instant::min()};
    instant first_at{instant::max()};
    instant last_at{instant::min()};
    user_writes writes;                               // not yet in the row
    std::vector<facts::fact_occurrence> occurrences;  // not yet in the facts
    std::optional<fact_cursor> building;              // the new facts of the user are built in part

    [[nodiscard]] bool has_records() const { return !changes.empty() || !events.empty(); }

    void extend_seen(instant timestamp);
};

// Project and external id. Ordered, so that every list of users is sorted.
using user_name = std::pair<std::string_view, std::string_view>;
using user_updates = std::map<user_name, user_update>;
using selected_users = std::vector<user_updates::value_type*>;

[[nodiscard]] user_updates group_by_user(const ingest_batch& batch);

template <class Predicate>
[[nodiscard]] selected_users select(user_updates& users, Predicate matches) {
    selected_users found;
    for (auto& each : users) {
        if (matches(each.second)) {
            found.push_back(&each);
        }
    }
    return found;
}

// Ascending. All of them have one.
[[nodiscard]] std::vector<std::int64_t> ids_of(const selected_users& selection);

struct user_name_columns {
    std::vector<std::string> projects;
    std::vector<std::string> users;
};

[[nodiscard]] user_name_columns name_columns_of(const selected_users& selection);

}  // namespace vf::normaliser
