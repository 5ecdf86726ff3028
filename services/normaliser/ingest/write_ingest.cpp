#include "normaliser/ingest/write_ingest.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normaliser/facts/read_fact_rules.hpp"
#include "normaliser/facts/write_facts.hpp"
#include "normaliser/ingest/claim_records.hpp"
#include "normaliser/ingest/decide_users.hpp"
#include "normaliser/ingest/drop_over_cap.hpp"
#include "normaliser/ingest/hold_keys.hpp"
#include "normaliser/ingest/lock_users.hpp"
#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/ingest/store_events.hpp"
#include "normaliser/upkeep/drop_erased.hpp"
#include "normaliser/users/permission_lock.hpp"
#include "normaliser/users/user_updates.hpp"
#include "normaliser/users/write_permissions.hpp"
#include "normaliser/users/write_users.hpp"

namespace vf::normaliser {

namespace {

void read_building(postgres::transaction& tx, user_updates& users) {
    const auto known = select(users, [](const user_update& one) { return one.user_id; });
    const auto cursors = read_fact_cursors(tx, ids_of(known));
    for (auto* each : known) {
        if (const auto found = cursors.find(*each->second.user_id); found != cursors.end()) {
            each->second.building = found->second;
        }
    }
}

// Of those users who are given an address, which may be one that is not written to.
std::vector<std::string> projects_with_address(const ingest_batch& batch) {
    std::set<std::string_view> projects;
    for (const auto& change : batch.users) {
        if (change.email) {
            projects.insert(change.who.project.text);
        }
    }
    return {projects.begin(), projects.end()};
}

// Who is concerned, under their locks, and what of the batch is new.
ingest_written load_batch(
    postgres::transaction& tx, const ingest_batch& batch, user_updates& users, instant now
) {
    ingest_written written;
    lock_permissions(tx, projects_with_address(batch), permission_lock::shared);
    lock_users(tx, users);
    const auto repeats = claim_records(tx, batch, now);
    written.repeats = repeats.size();
    drop_repeats(users, repeats);
    mark_due(tx, users);
    read_building(tx, users);
    written.erased = drop_erased(tx, users, now);
    written.over_cap = drop_over_cap(tx, users);
    const auto left = count_records(users);
    written.users = left.users;
    written.events = left.events;
    return written;
}

// Rows of new users first: their events are attached to them. Answers how many had been pending.
std::size_t store_batch(
    postgres::transaction& tx, user_updates& users, const decision_context& context,
    if_stored stored
) {
    insert_users(
        tx,
        select(users, [](const user_update& one) { return !one.user_id && !one.changes.empty(); }),
        context.now
    );
    insert_events(tx, users, context.now, stored);
    const auto attached = attach_pending(tx, users, context.rules, context.now);
    const auto moved =
        update_users(tx, select(users, [](const user_update& one) { return one.user_id; }));
    refresh_status(tx, moved, context.now);
    insert_facts(tx, select(users, [](const user_update& one) { return one.is_new; }));
    update_facts(tx, select(users, [](const user_update& one) {
                     return one.user_id && !one.is_new && one.has_records();
                 }));
    return attached;
}

ingest_written write_batch(
    postgres::transaction& tx, const ingest_batch& batch, instant now, zone_names& zones,
    if_stored stored
) {
    auto users = group_by_user(batch);
    auto written = load_batch(tx, batch, users, now);
    if (tx.failed()) {
        return written;
    }
    const auto is_zone = [&](std::string_view name) { return zones.contains(tx, name); };
    const decision_context context{read_fact_rules(tx, projects_of(users)), is_zone, now};
    decide_users(users, context);
    written.attached = store_batch(tx, users, context, stored);
    return written;
}

}  // namespace

ingest_written write_ingest(
    postgres::transaction& tx, const ingest_batch& batch, instant now, zone_names& zones,
    if_stored stored
) {
    tx.execute(plan_for_probes);
    if (batch.unverified.empty()) {
        return write_batch(tx, batch, now, zones, stored);
    }
    auto conflicts = resolve_claims(batch.unverified, [&tx](const auto& claims) {
        return hold_keys(tx, claims);
    });
    const auto left = without_conflicts(batch, conflicts);
    ingest_written written;
    if (left.size() > 0) {
        written = write_batch(tx, left, now, zones, stored);
    }
    written.repeats += batch.size() - conflicts.size() - left.size();
    written.conflicts = std::move(conflicts);
    return written;
}

}  // namespace vf::normaliser
