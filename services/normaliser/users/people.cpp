#include "normaliser/users/people.hpp"

#include <algorithm>

namespace vf::normaliser {

namespace {

person_name name_of(const user_key& who) {
    return {who.project.text, who.user.text};
}

}  // namespace

void person::saw(instant at) {
    first_at = std::min(first_at, at);
    last_at = std::max(last_at, at);
}

people gather_people(const ingest_batch& batch) {
    people gathered;
    for (const auto& change : batch.users) {
        gathered[name_of(change.who)].changes.push_back(&change);
    }
    for (const auto& event : batch.events) {
        gathered[name_of(event.who)].events.push_back(&event);
    }
    return gathered;
}

std::vector<std::int64_t> ids_of(const chosen_people& of) {
    std::vector<std::int64_t> ids;
    ids.reserve(of.size());
    for (const auto* each : of) {
        ids.push_back(each->second.user_id.value());
    }
    std::ranges::sort(ids);
    return ids;
}

person_names names_of(const chosen_people& of) {
    person_names columns;
    for (const auto* each : of) {
        columns.projects.emplace_back(each->first.first);
        columns.users.emplace_back(each->first.second);
    }
    return columns;
}

}  // namespace vf::normaliser
