#include "write_ingest.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ingest_sql.hpp"
#include "lifecycle.hpp"
#include "merge_user.hpp"
#include "people.hpp"
#include "settle_claims.hpp"
#include "user_sql.hpp"
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
    writing(postgres::transaction& inside, const ingest_batch& batch, instant now)
        : inside_{inside}, batch_{batch}, now_{now}, people_{gather_people(batch)} {}

    ingest_written run() {
        find_people(choose(people_, [](const person&) { return true; }));
        lock_strangers();
        claim();
        mark_due();
        update_known_users();
        insert_new_users();
        insert_events();
        attach_waiting();
        touch_known_users();
        update_stages();
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

    void claim();
    void mark_due();
    void update_known_users();
    void insert_new_users();
    void insert_events();
    void attach_waiting();
    void touch_known_users();
    void update_stages();

    postgres::transaction& inside_;
    const ingest_batch& batch_;
    instant now_;
    people people_;
    ingest_written written_;
};

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

void writing::update_known_users() {
    const auto known =
        choose(people_, [](const person& one) { return one.user_id && !one.changes.empty(); });
    if (known.empty()) {
        return;
    }
    std::map<std::int64_t, instant> identified;
    const auto rows =
        inside_.query(sql::select_identified, postgres::params{}.integers(ids_of(known)));
    for (const auto& row : rows) {
        identified.emplace(row.integer(0), row.at(1));
    }
    std::vector<std::int64_t> ids;
    std::vector<std::string> columns, traits, cleared, fill_columns, fill_traits;
    std::vector<instant> first, last, at;
    for (const auto* each : known) {
        const person& one = each->second;
        const auto row_at = identified.find(*one.user_id);
        if (row_at == identified.end()) {
            continue;
        }
        auto patch = merge_user(one.changes, row_at->second);
        ids.push_back(*one.user_id);
        columns.push_back(std::move(patch.columns));
        traits.push_back(std::move(patch.traits));
        cleared.push_back(std::move(patch.cleared));
        fill_columns.push_back(std::move(patch.fill_columns));
        fill_traits.push_back(std::move(patch.fill_traits));
        first.push_back(one.first_at);
        last.push_back(one.last_at);
        at.push_back(patch.identified_at);
    }
    inside_.execute(
        sql::update_users, postgres::params{}
                               .integers(ids)
                               .texts(columns)
                               .texts(traits)
                               .texts(cleared)
                               .texts(fill_columns)
                               .texts(fill_traits)
                               .instants(first)
                               .instants(last)
                               .instants(at)
    );
}

void writing::insert_new_users() {
    const auto unknown =
        choose(people_, [](const person& one) { return !one.user_id && !one.changes.empty(); });
    if (unknown.empty()) {
        return;
    }
    const auto asked = names_of(unknown);
    std::vector<std::string> columns, traits;
    std::vector<instant> first, last, at;
    for (const auto* each : unknown) {
        const person& one = each->second;
        auto patch = merge_user(one.changes, std::nullopt);
        columns.push_back(std::move(patch.columns));
        traits.push_back(std::move(patch.traits));
        first.push_back(one.first_at);
        last.push_back(one.last_at);
        at.push_back(patch.identified_at);
    }
    const auto rows = inside_.query(
        sql::insert_users, postgres::params{}
                               .texts(asked.projects)
                               .texts(asked.users)
                               .texts(columns)
                               .texts(traits)
                               .instants(first)
                               .instants(last)
                               .instants(at)
    );
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects;
    for (const auto& row : rows) {
        const auto project = row.text(0);
        const auto user = row.text(1);
        person& one = people_.at({project, user});
        one.user_id = row.integer(2);
        one.is_new = true;
        ids.push_back(*one.user_id);
        projects.push_back(project);
    }
    inside_.execute(sql::insert_due, postgres::params{}.integers(ids).texts(projects));
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
    for (const auto* each : made) {
        ids.push_back(*each->second.user_id);
    }
    const auto rows = inside_.query(
        sql::attach_waiting,
        postgres::params{}.texts(asked.projects).texts(asked.users).integers(ids).at(now_)
    );
    if (!rows.empty()) {
        written_.attached = static_cast<std::size_t>(rows.front().integer(0));
    }
}

void writing::touch_known_users() {
    const auto known = choose(people_, [](const person& one) {
        return one.user_id && one.changes.empty() && !one.events.empty();
    });
    if (known.empty()) {
        return;
    }
    std::vector<std::int64_t> ids;
    std::vector<instant> first, last;
    for (const auto* each : known) {
        ids.push_back(*each->second.user_id);
        first.push_back(each->second.first_at);
        last.push_back(each->second.last_at);
    }
    inside_.execute(
        sql::touch_users, postgres::params{}.integers(ids).instants(first).instants(last)
    );
}

void writing::update_stages() {
    const auto moved = choose(people_, [](const person& one) {
        const auto sets = [](const auto* event) { return sets_stage(event->name); };
        return one.user_id && (one.is_new || std::ranges::any_of(one.events, sets));
    });
    if (moved.empty()) {
        return;
    }
    std::vector<std::string> event_names, stages;
    for (const auto& each : stage_events) {
        event_names.emplace_back(each.name);
        stages.emplace_back(each.stage);
    }
    inside_.execute(
        sql::update_stages,
        postgres::params{}.integers(ids_of(moved)).texts(event_names).texts(stages)
    );
}

}  // namespace

ingest_written write_ingest(postgres::transaction& inside, const ingest_batch& batch, instant now) {
    inside.execute(sql::plan_for_probes);
    if (batch.unsettled.empty()) {
        return writing{inside, batch, now}.run();
    }
    auto conflicts =
        settle(batch.unsettled, [&inside](const auto& asked) { return hold_keys(inside, asked); });
    const auto left = settled(batch, conflicts);
    ingest_written written;
    if (left.size() > 0) {
        written = writing{inside, left, now}.run();
    }
    written.repeats += batch.size() - conflicts.size() - left.size();
    written.conflicts = std::move(conflicts);
    return written;
}

}  // namespace vf::normaliser
