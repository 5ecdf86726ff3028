#include "normaliser/ingest/decide_users.hpp"

#include <algorithm>
#include <set>

#include "normaliser/users/lifecycle.hpp"

namespace vf::normaliser {

void drop_repeats(user_updates& users, const repeated_records& repeats) {
    if (repeats.size() == 0) {
        return;
    }
    const auto is_repeat = [&repeats](const auto* record) {
        return repeats.contains(record->who.project, record->id);
    };
    for (auto& [name, one] : users) {
        std::erase_if(one.changes, is_repeat);
        std::erase_if(one.events, is_repeat);
    }
}

record_count count_records(user_updates& users) {
    record_count count;
    for (auto& [name, one] : users) {
        for (const auto* change : one.changes) {
            one.extend_seen(change->seen_at());
        }
        for (const auto* event : one.events) {
            one.extend_seen(event->seen_at());
        }
        count.users += one.changes.size();
        count.events += one.events.size();
    }
    return count;
}

void decide_users(user_updates& users, const decision_context& context) {
    for (auto& [name, one] : users) {
        if (!one.user_id && one.changes.empty()) {
            continue;
        }
        for (const auto* change : one.changes) {
            add_writes(one.writes, *change, context.is_zone);
        }
        for (const auto* event : one.events) {
            const write_version version{event->occurred_at, event->received_at, event->id};
            add_writes(one.writes, {event->name, event->properties, event->occurred_at, version});
            const std::size_t before = one.occurrences.size();
            context.rules.count(
                one.occurrences, name.first, event->name, event->properties,
                {event->seen_at(), event->id, 1, event->historical}
            );
            if (one.building) {
                one.building->add_passed(
                    one.occurrences, before, {event->name, event->occurred_at, event->id}
                );
            }
        }
    }
}

void decide_attached(
    user_updates::value_type& user, const stored_event& event, const facts::fact_rules& rules
) {
    auto& [name, one] = user;
    const write_version version{event.occurred_at, event.received_at, event.id};
    add_writes(one.writes, {event.name, event.properties, event.occurred_at, version});
    const std::size_t before = one.occurrences.size();
    rules.count(one.occurrences, name.first, event.name, event.properties, occurrence_of(event));
    if (one.building) {
        one.building->add_passed(one.occurrences, before, event.place());
    }
}

std::vector<std::string> deciding_events(const facts::fact_rules& rules) {
    auto names = rules.names();
    names.insert(names.end(), lifecycle_events().begin(), lifecycle_events().end());
    return names;
}

std::vector<std::string> projects_of(const user_updates& users) {
    std::set<std::string> found;
    for (const auto& [name, one] : users) {
        found.emplace(name.first);
    }
    return {found.begin(), found.end()};
}

}  // namespace vf::normaliser
