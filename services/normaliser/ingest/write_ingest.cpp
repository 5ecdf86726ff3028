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
#include "normaliser/ingest/ingest_sql.hpp"
#include "normaliser/ingest/settle_claims.hpp"
#include "normaliser/upkeep/drop_erased.hpp"
#include "normaliser/users/lifecycle.hpp"
#include "normaliser/users/people.hpp"
#include "normaliser/users/write_users.hpp"
#include "vf/base/time_text.hpp"

namespace vf::normaliser {

namespace {

// The date of a timestamp in UTC, as Postgres reads it.
std::string day_of(instant at) {
    constexpr std::size_t date_characters = 10;
    return format_instant(at).substr(0, date_characters);
}

// Records to claim, and the day that each is looked for at.
struct claim_columns {
    std::vector<std::string> projects;
    std::vector<std::string> records;
    std::vector<std::string> days;
    std::vector<instant> times;

    template <class Change>
    void add(const Change& one, instant at) {
        projects.push_back(one.who.project.text);
        records.push_back(one.id.uuid());
        days.push_back(day_of(at));
        times.push_back(at);
    }
};

class writing {
public:
    writing(
        postgres::transaction& inside, const ingest_batch& batch, instant now, zone_names& known
    )
        : inside_{inside},
          batch_{batch},
          now_{now},
          known_zones_{known},
          people_{gather_people(batch)} {}

    ingest_written run() {
        find_people(choose(people_, [](const person&) { return true; }));
        lock_strangers();
        claim();
        mark_due();
        written_.erased = drop_erased(inside_, people_, now_);
        count();
        if (inside_.failed()) {
            return written_;
        }
        rules_ = read_fact_rules(inside_, projects());
        say();
        insert_users(inside_, unknown_but_identified());
        insert_events();
        attach_waiting();
        update_users(inside_, choose(people_, [](const person& one) { return one.user_id; }));
        write_facts();
        return written_;
    }

private:
    void find_people(const chosen_people& of) {
        const auto asked = names_of(of);
        const auto found = inside_.query(
            sql::select_people, postgres::params{}.texts(asked.projects).texts(asked.users)
        );
        for (const auto& row : found) {
            of[static_cast<std::size_t>(row.integer(0) - 1)]->second.user_id = row.integer(1);
        }
    }

    void lock_strangers() {
        const auto of = choose(people_, [](const person& one) { return !one.user_id; });
        if (of.empty()) {
            return;
        }
        std::vector<bool> alone;
        for (const auto* each : of) {
            alone.push_back(!each->second.changes.empty());
        }
        const auto asked = names_of(of);
        inside_.query(
            sql::lock_strangers,
            postgres::params{}.texts(asked.projects).texts(asked.users).booleans(alone)
        );
        // What was written before the lock was ours is seen by the next statement.
        find_people(of);
    }

    // Adds to `won` the records that were not claimed before.
    void take(
        std::string_view statement, const claim_columns& asked, std::unordered_set<std::string>& won
    ) {
        if (asked.records.empty()) {
            return;
        }
        postgres::params with;
        with.texts(asked.projects).texts(asked.records).texts(asked.days).instants(asked.times);
        const auto rows = inside_.query(statement, with);
        for (const auto& row : rows) {
            won.insert(row.text(1) + row.text(0));
        }
    }

    [[nodiscard]] std::vector<std::string> projects() const;
    [[nodiscard]] chosen_people unknown_but_identified();
    [[nodiscard]] zone_test zones();

    void claim();
    void mark_due();
    void count();
    void say();
    void insert_events();
    void attach_waiting();
    void say_attached(const std::vector<std::int64_t>& users);
    void write_facts();

    postgres::transaction& inside_;
    const ingest_batch& batch_;
    instant now_;
    zone_names& known_zones_;
    people people_;
    fact_rules rules_;
    ingest_written written_;
};

std::vector<std::string> writing::projects() const {
    std::set<std::string> found;
    for (const auto& [name, one] : people_) {
        found.emplace(name.first);
    }
    return {found.begin(), found.end()};
}

chosen_people writing::unknown_but_identified() {
    return choose(people_, [](const person& one) { return !one.user_id && !one.changes.empty(); });
}

zone_test writing::zones() {
    return [this](std::string_view name) { return known_zones_.contains(inside_, name); };
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
    for (auto& [name, one] : people_) {
        std::erase_if(one.changes, lost);
        std::erase_if(one.events, lost);
    }
}

void writing::count() {
    for (auto& [name, one] : people_) {
        for (const auto* change : one.changes) {
            one.saw(change->at);
        }
        for (const auto* event : one.events) {
            one.saw(event->occurred_at);
        }
        written_.users += one.changes.size();
        written_.events += one.events.size();
    }
}

void writing::mark_due() {
    const auto known =
        choose(people_, [](const person& one) { return one.user_id && one.is_touched(); });
    if (!known.empty()) {
        inside_.execute(sql::mark_due, postgres::params{}.integers(ids_of(known)));
    }
}

// What is said of everybody who has a row or gets one. Of the others nothing yet: their events
// wait.
void writing::say() {
    const auto heard =
        choose(people_, [](const person& one) { return one.user_id || !one.changes.empty(); });
    const auto is_zone = zones();
    for (auto* each : heard) {
        person& one = each->second;
        for (const auto* change : one.changes) {
            add_writes(one.said, *change, is_zone);
        }
        for (const auto* event : one.events) {
            const stamp by{event->occurred_at, event->received_at, event->id};
            add_writes(one.said, {event->name, event->properties, by});
            const instant effective = std::min(event->occurred_at, now_);
            rules_.count(
                one.counted, each->first.first, event->name, event->properties,
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
    for (const auto& [name, one] : people_) {
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
    inside_.execute(
        sql::insert_events, postgres::params{}
                                .texts(projects)
                                .texts(records)
                                .texts(users)
                                .texts(ids)
                                .texts(event_names)
                                .texts(properties)
                                .instants(occurred)
                                .instants(received)
                                .at(now_)
                                .booleans(historical)
    );
}

void writing::attach_waiting() {
    const auto made = choose(people_, [](const person& one) { return one.is_new; });
    if (made.empty()) {
        return;
    }
    const auto asked = names_of(made);
    std::vector<std::int64_t> ids;
    std::unordered_map<std::int64_t, person*> by_id;
    for (auto* each : made) {
        ids.push_back(*each->second.user_id);
        by_id.emplace(*each->second.user_id, &each->second);
    }
    const auto rows = inside_.query(
        sql::attach_waiting,
        postgres::params{}.texts(asked.projects).texts(asked.users).integers(ids).at(now_)
    );
    // Looked through some users at a time, so that their pages stay short.
    constexpr std::size_t events_at_once = 5'000;
    std::vector<std::int64_t> some;
    std::size_t waited = 0;
    for (const auto& row : rows) {
        const auto events = static_cast<std::size_t>(row.integer(1));
        if (!some.empty() && waited + events > events_at_once) {
            say_attached(some);
            some.clear();
            waited = 0;
        }
        person& one = *by_id.at(row.integer(0));
        one.saw(row.at(2));
        one.saw(row.at(3));
        one.counted.clear();
        some.push_back(row.integer(0));
        waited += events;
        written_.attached += events;
    }
    say_attached(some);
}

// Of users just made, all their events: those of this batch are in the table by now.
void writing::say_attached(const std::vector<std::int64_t>& users) {
    std::unordered_map<std::int64_t, people::value_type*> by_id;
    for (auto* each : choose(people_, [](const person& one) { return one.is_new; })) {
        by_id.emplace(*each->second.user_id, each);
    }
    auto names = rules_.names();
    names.insert(names.end(), lifecycle_events().begin(), lifecycle_events().end());
    for_each_event(inside_, users, names, [&](const stored_event& event) {
        auto& [name, one] = *by_id.at(event.user_id);
        const stamp by{event.occurred_at, event.received_at, event.id};
        add_writes(one.said, {event.name, event.properties, by});
        rules_.count(one.counted, name.first, event.name, event.properties, occurrence_of(event));
    });
}

void writing::write_facts() {
    insert_facts(inside_, choose(people_, [](const person& one) { return one.is_new; }));
    update_facts(inside_, choose(people_, [](const person& one) {
                     return one.user_id && !one.is_new && one.is_touched();
                 }));
}

}  // namespace

ingest_written write_ingest(
    postgres::transaction& inside, const ingest_batch& batch, instant now, zone_names& zones
) {
    inside.execute(sql::plan_for_probes);
    if (batch.unsettled.empty()) {
        return writing{inside, batch, now, zones}.run();
    }
    auto conflicts =
        settle(batch.unsettled, [&inside](const auto& asked) { return hold_keys(inside, asked); });
    const auto left = settled(batch, conflicts);
    ingest_written written;
    if (left.size() > 0) {
        written = writing{inside, left, now, zones}.run();
    }
    written.repeats += batch.size() - conflicts.size() - left.size();
    written.conflicts = std::move(conflicts);
    return written;
}

}  // namespace vf::normaliser
