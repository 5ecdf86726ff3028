// What a batch comes to for each of its users, once it is known who they are and which records are
// new. Core: structs to structs; write_ingest.cpp loads before and stores after.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/ingest/claim_records.hpp"
#include "normaliser/users/user_updates.hpp"
#include "vf/facts/fact_rules.hpp"

namespace vf::normaliser {

struct decision_context {
    facts::fact_rules rules;
    zone_test is_zone;
    instant now{};
};

// Takes out what was claimed before.
void drop_repeats(user_updates& users, const repeated_records& repeats);

struct record_count {
    std::size_t users{0};
    std::size_t events{0};
};

// Counts what is left, and notes from when to when it has each user seen.
[[nodiscard]] record_count count_records(user_updates& users);

// The writes and occurrences of everybody who has a row or gets one. Of the others nothing yet:
// their events are pending.
void decide_users(user_updates& users, const decision_context& context);

// The same of one event of a user that has just got a row.
void decide_attached(
    user_updates::value_type& user, const stored_event& event, const facts::fact_rules& rules
);

// The names of the events that `decide_attached` has something to say of.
[[nodiscard]] std::vector<std::string> deciding_events(const facts::fact_rules& rules);

[[nodiscard]] std::vector<std::string> projects_of(const user_updates& users);

}  // namespace vf::normaliser
