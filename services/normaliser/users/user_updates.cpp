#include "normaliser/users/user_updates.hpp"

#include <algorithm>

namespace vf::normaliser {

namespace {

user_name name_of(const user_key& who) {
    return {who.project.text, who.user.text};
}

}  // namespace

void user_update::extend_seen(instant timestamp) {
    first_at = std::min(first_at, timestamp);
    last_at = std::max(last_at, timestamp);
}

user_updates group_by_user(const ingest_batch& batch) {
    user_updates gathered;
    for (const auto& change : batch.users) {
        gathered[name_of(change.who)].changes.push_back(&change);
    }
    for (const auto& event : batch.events) {
        gathered[name_of(event.who)].events.push_back(&event);
    }
    return gathered;
}

std::vector<std::int64_t> ids_of(const selected_users& selection) {
    std::vector<std::int64_t> ids;
    ids.reserve(selection.size());
    for (const auto* each : selection) {
        ids.push_back(each->second.user_id.value());
    }
    std::ranges::sort(ids);
    return ids;
}

user_name_columns name_columns_of(const selected_users& selection) {
    user_name_columns columns;
    for (const auto* each : selection) {
        columns.projects.emplace_back(each->first.first);
        columns.users.emplace_back(each->first.second);
    }
    return columns;
}

}  // namespace vf::normaliser
