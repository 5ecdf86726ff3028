#include "normaliser/ingest/write_ingest.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/facts/write_facts.hpp"
#include "normaliser/ingest/hold_keys.hpp"
#include "normaliser/ingest/ingest_sql.hpp"
#include "normaliser/upkeep/drop_erased.hpp"
#include "normaliser/users/lifecycle.hpp"
#include "normaliser/users/user_updates.hpp"
#include "normaliser/users/write_users.hpp"
#include "vf/base/time_text.hpp"

namespace vf::normaliser {

namespace {

// The date of a timestamp in UTC, as Postgres reads it.
std::string day_of(instant timestamp) {
    constexpr std::size_t date_characters = 10;
    return format_instant(timestamp).substr(0, date_characters);
}

// Records to claim, and the day that each is looked for at.
struct claim_columns {
    std::vector<std::string> projects;
    std::vector<std::string> records;
    std::vector<std::string> days;
    std::vector<instant> times;

    template <class Change>
    void add(const Change& one, instant timestamp) {
        projects.push_back(one.who.project.text);
        records.push_back(one.id.uuid());
        days.push_back(day_of(timestamp));
        times.push_back(timestamp);
    }
};

class writing {
public:
    writing(
        postgres::transaction& tx, const ingest_batch& batch, instant now,
        zone_names& known_zone_names
    )
        : tx_{tx},
          batch_{batch},
          now_{now},
          zone_names_{known_zone_names},
          users_{group_by_user(batch)} {}

    ingest_written run() {
        find_users(select(users_, [](const user_update&) { return true; }));
        lock_unknown_users();
        claim();
        mark_due();
        written_.erased = drop_erased(tx_, users_, now_);
        count();
        if (tx_.failed()) {
            return written_;
        }
        rules_ = read_fact_rules(tx_, projects());
        collect_user_writes();
        insert_users(tx_, new_users());
        insert_events();
        attach_waiting();
        update_users(tx_, select(users_, [](const user_update& one) { return one.user_id; }));
        write_facts();
        return written_;
    }

private:
    void find_users(const selected_users& selection) {
        const auto columns = name_columns_of(selection);
        const auto found = tx_.query(
            sql::select_people, postgres::params{}.texts(columns.projects).texts(columns.users)
        );
        for (const auto& row : found) {
            selection[static_cast<std::size_t>(row.integer(0) - 1)]->second.user_id =
                row.integer(1);
        }
    }

    void lock_unknown_users() {
        const auto selection = select(users_, [](const user_update& one) { return !one.user_id; });
        if (selection.empty()) {
            return;
        }
        std::vector<bool> alone;
        for (const auto* each : selection) {
            alone.push_back(!each->second.changes.empty());
        }
        const auto columns = name_columns_of(selection);
        tx_.query(
            sql::lock_strangers,
            postgres::params{}.texts(columns.projects).texts(columns.users).booleans(alone)
        );
        // What was written before the lock was ours is seen by the next statement.
        find_users(selection);
    }

    // Adds to `won` the records that were not claimed before.
    void take(
        std::string_view statement, const claim_columns& columns,
        std::unordered_set<std::string>& won
    ) {
        if (columns.records.empty()) {
            return;
        }
        postgres::params params;
        params.texts(columns.projects)
            .texts(columns.records)
            .texts(columns.days)
            .timestamps(columns.times);
        const auto rows = tx_.query(statement, params);
        for (const auto& row : rows) {
            won.insert(row.text(1) + row.text(0));
        }
    }

    [[nodiscard]] std::vector<std::string> projects() const;
    [[nodiscard]] selected_users new_users();
    [[nodiscard]] zone_test zones();

    void claim();
    void mark_due();
    void count();
    void collect_user_writes();
    void insert_events();
    void attach_waiting();
    void collect_attached_writes(const std::vector<std::int64_t>& users);
    void write_facts();

    postgres::transaction& tx_;
    const ingest_batch& batch_;
    instant now_;
    zone_names& zone_names_;
    user_updates users_;
    fact_rules rules_;
    ingest_written written_;
};

std::vector<std::string> writing::projects() const {
    std::set<std::string> found;
    for (const auto& [name, one] : users_) {
        found.emplace(name.first);
    }
    return {found.begin(), found.end()};
}

selected_users writing::new_users() {
    return select(users_, [](const user_update& one) {
        return !one.user_id && !one.changes.empty();
    });
}

zone_test writing::zones() {
    return [this](std::string_view name) { return zone_names_.contains(tx_, name); };
}

void writing::claim() {
    claim_columns dated;
    claim_columns natural;
    for (const auto& user : batch_.users) {
        dated.add(user, user.received_at);
    }
    for (const auto& event : batch_.events) {
        if (event.natural) {
            natural.add(event, event.occurred_at);
        } else {
            dated.add(event, event.received_at);
        }
    }
    std::unordered_set<std::string> won;
    take(sql::insert_claims, dated, won);
    take(sql::insert_natural_claims, natural, won);
    written_.repeats = batch_.size() - won.size();
    const auto lost = [&won](const auto* one) {
        return !won.contains(one->id.uuid() + one->who.project.text);
    };
    for (auto& [name, one] : users_) {
        std::erase_if(one.changes, lost);
        std::erase_if(one.events, lost);
    }
}

void writing::count() {
    for (auto& [name, one] : users_) {
        for (const auto* change : one.changes) {
            one.extend_seen(change->effective_at);
        }
        for (const auto* event : one.events) {
            one.extend_seen(event->occurred_at);
        }
        written_.users += one.changes.size();
        written_.events += one.events.size();
    }
}

void writing::mark_due() {
    const auto selection =
        select(users_, [](const user_update& one) { return one.user_id && one.has_records(); });
    if (!selection.empty()) {
        tx_.execute(sql::mark_due, postgres::params{}.integers(ids_of(selection)));
    }
}

// What is said of everybody who has a row or gets one. Of the others nothing yet: their events
// wait.
void writing::collect_user_writes() {
    const auto selection =
        select(users_, [](const user_update& one) { return one.user_id || !one.changes.empty(); });
    const auto is_zone = zones();
    for (auto* each : selection) {
        user_update& one = each->second;
        for (const auto* change : one.changes) {
            add_writes(one.writes, *change, is_zone);
        }
        for (const auto* event : one.events) {
            const write_version version{event->occurred_at, event->received_at, event->id};
            add_writes(one.writes, {event->name, event->properties, version});
            const instant effective = std::min(event->occurred_at, now_);
            rules_.count(
                one.occurrences, each->first.first, event->name, event->properties,
                {effective, event->id, 1, event->historical}
            );
        }
    }
}

void writing::insert_events() {
    if (written_.events == 0) {
        return;
    }
    std::vector<std::string> projects, records, users, event_names, properties;
    std::vector<std::optional<std::string>> ids;
    std::vector<instant> occurred, received;
    std::vector<bool> historical;
    for (const auto& [name, one] : users_) {
        const auto id = one.user_id ? std::optional{std::to_string(*one.user_id)} : std::nullopt;
        for (const auto* event : one.events) {
            projects.push_back(event->who.project.text);
            records.push_back(event->id.uuid());
            users.push_back(event->who.user.text);
            ids.push_back(id);
            event_names.push_back(event->name);
            properties.push_back(event->properties);
            occurred.push_back(event->occurred_at);
            received.push_back(event->received_at);
            historical.push_back(event->historical);
        }
    }
    tx_.execute(
        sql::insert_events, postgres::params{}
                                .texts(projects)
                                .texts(records)
                                .texts(users)
                                .texts(ids)
                                .texts(event_names)
                                .texts(properties)
                                .timestamps(occurred)
                                .timestamps(received)
                                .timestamp(now_)
                                .booleans(historical)
    );
}

void writing::attach_waiting() {
    const auto selection = select(users_, [](const user_update& one) { return one.is_new; });
    if (selection.empty()) {
        return;
    }
    const auto columns = name_columns_of(selection);
    std::vector<std::int64_t> ids;
    std::unordered_map<std::int64_t, user_update*> by_id;
    for (auto* each : selection) {
        ids.push_back(*each->second.user_id);
        by_id.emplace(*each->second.user_id, &each->second);
    }
    const auto rows = tx_.query(
        sql::attach_waiting, postgres::params{}
                                 .texts(columns.projects)
                                 .texts(columns.users)
                                 .integers(ids)
                                 .timestamp(now_)
    );
    // Looked through some users at a time, so that their pages stay short.
    constexpr std::size_t events_at_once = 5'000;
    std::vector<std::int64_t> some;
    std::size_t waited = 0;
    for (const auto& row : rows) {
        const auto events = static_cast<std::size_t>(row.integer(1));
        if (!some.empty() && waited + events > events_at_once) {
            collect_attached_writes(some);
            some.clear();
            waited = 0;
        }
        user_update& one = *by_id.at(row.integer(0));
        one.extend_seen(row.timestamp(2));
        one.extend_seen(row.timestamp(3));
        one.occurrences.clear();
        some.push_back(row.integer(0));
        waited += events;
        written_.attached += events;
    }
    collect_attached_writes(some);
}

// Of users just made, all their events: those of this batch are in the table by now.
void writing::collect_attached_writes(const std::vector<std::int64_t>& users) {
    std::unordered_map<std::int64_t, user_updates::value_type*> by_id;
    for (auto* each : select(users_, [](const user_update& one) { return one.is_new; })) {
        by_id.emplace(*each->second.user_id, each);
    }
    auto names = rules_.names();
    names.insert(names.end(), lifecycle_events().begin(), lifecycle_events().end());
    for_each_event(tx_, users, names, [&](const stored_event& event) {
        auto& [name, one] = *by_id.at(event.user_id);
        const write_version version{event.occurred_at, event.received_at, event.id};
        add_writes(one.writes, {event.name, event.properties, version});
        rules_.count(
            one.occurrences, name.first, event.name, event.properties, occurrence_of(event)
        );
    });
}

void writing::write_facts() {
    insert_facts(tx_, select(users_, [](const user_update& one) { return one.is_new; }));
    update_facts(tx_, select(users_, [](const user_update& one) {
                     return one.user_id && !one.is_new && one.has_records();
                 }));
}

}  // namespace

ingest_written write_ingest(
    postgres::transaction& tx, const ingest_batch& batch, instant now, zone_names& zones
) {
    tx.execute(sql::plan_for_probes);
    if (batch.unverified.empty()) {
        return writing{tx, batch, now, zones}.run();
    }
    auto conflicts = resolve_claims(batch.unverified, [&tx](const auto& request) {
        return hold_keys(tx, request);
    });
    const auto left = without_conflicts(batch, conflicts);
    ingest_written written;
    if (left.size() > 0) {
        written = writing{tx, left, now, zones}.run();
    }
    written.repeats += batch.size() - conflicts.size() - left.size();
    written.conflicts = std::move(conflicts);
    return written;
}

}  // namespace vf::normaliser
