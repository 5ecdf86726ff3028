#include "normaliser/facts/build_facts.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/facts/fact_sql.hpp"
#include "normaliser/facts/read_fact_rules.hpp"
#include "normaliser/users/due_marks.hpp"

#include "vf/facts/packing.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_unbuilt =
    "SELECT d.project_id, d.fact_id FROM fact_defs d"
    " LEFT JOIN fact_builds b ON b.project_id = d.project_id AND b.fact_id = d.fact_id"
    " WHERE b.fact_id IS NULL AND d.created_at < now() - interval '1 minute'"
    " ORDER BY d.project_id, d.fact_id";

constexpr std::string_view select_users =
    "SELECT user_id FROM users WHERE project_id = $1 AND user_id > $2 ORDER BY user_id LIMIT 200";

constexpr std::string_view replace_facts =
    "UPDATE user_facts f SET facts = n.facts"
    " FROM unnest($1::bigint[], $2::bytea[]) AS n (user_id, facts) WHERE f.user_id = n.user_id";

constexpr std::string_view insert_builds =
    "INSERT INTO fact_builds (project_id, fact_id, built_at)"
    " SELECT $1, n.fact_id, now() FROM unnest($2::bigint[]) AS n (fact_id)"
    " ON CONFLICT DO NOTHING";

fact_build next_build(postgres::transaction& tx) {
    fact_build next;
    for (const auto& row : tx.query(select_unbuilt)) {
        if (next.project.empty()) {
            next.project = row.text("project_id");
        }
        if (row.text("project_id") == next.project) {
            next.fact_ids.push_back(row.integer("fact_id"));
        }
    }
    return next;
}

using facts_by_user = std::unordered_map<std::int64_t, facts::user_facts>;

// Without those that are built: a fact that was built before may count events that are gone by now.
facts_by_user read_others(
    postgres::transaction& tx, const std::vector<std::int64_t>& users,
    const std::vector<std::int64_t>& built
) {
    facts_by_user found;
    for (const auto& row : tx.query(sql::select_facts, postgres::params{}.integers(users))) {
        auto standing = facts::unpack(row.bytes("facts"));
        if (!standing) {
            tx.refuse({failure::permanent, "facts_unreadable", row.text("user_id")});
            return found;
        }
        for (const auto id : built) {
            standing->erase(static_cast<std::uint32_t>(id));
        }
        found.emplace(row.integer("user_id"), std::move(*standing));
    }
    return found;
}

void count_anew(
    postgres::transaction& tx, const fact_build& build, const std::vector<std::int64_t>& users
) {
    tx.execute(sql::lock_due, postgres::params{}.integers(users));
    const auto rules = read_fact_rules(tx, {build.project});
    auto by_user = read_others(tx, users, build.fact_ids);
    std::vector<facts::fact_occurrence> occurrences;
    for_each_event(tx, users, rules.names(), [&](const stored_event& event) {
        occurrences.clear();
        rules.count(occurrences, build.project, event.name, event.properties, occurrence_of(event));
        std::erase_if(occurrences, [&build](const facts::fact_occurrence& one) {
            return std::ranges::find(build.fact_ids, one.fact_id) == build.fact_ids.end();
        });
        facts::fold(by_user[event.user_id], occurrences);
    });
    std::vector<std::string> packed;
    for (const auto user : users) {
        packed.push_back(facts::pack(by_user[user]));
    }
    tx.execute(replace_facts, postgres::params{}.integers(users).byte_strings(packed));
}

}  // namespace

fact_build build_slice(postgres::transaction& tx, fact_build so_far) {
    if (so_far.project.empty()) {
        so_far = next_build(tx);
    }
    if (so_far.project.empty()) {
        return so_far;
    }
    postgres::params params;
    params.text(so_far.project).integer(so_far.after_user);
    std::vector<std::int64_t> users;
    for (const auto& row : tx.query(select_users, params)) {
        users.push_back(row.integer("user_id"));
    }
    if (users.empty()) {
        postgres::params done;
        done.text(so_far.project).integers(so_far.fact_ids);
        tx.execute(insert_builds, done);
        return {};
    }
    count_anew(tx, so_far, users);
    so_far.after_user = users.back();
    return so_far;
}

runtime::task<> build_facts(postgres::pool& database, vf::duration pause, runtime::signal& stop) {
    // Live traffic goes first: a slice locks its users for some milliseconds.
    constexpr vf::duration between_slices = std::chrono::milliseconds{20};
    const telemetry::logger log{"build_facts"};
    fact_build so_far;
    for (;;) {
        auto work = [&so_far](postgres::transaction& tx) { return build_slice(tx, so_far); };
        auto done = co_await database.transact(work);
        if (!done) {
            log.warning("a slice was not built", {{"code", done.error().code}});
        } else {
            if (done->project.empty() && !so_far.project.empty()) {
                log.info(
                    "facts built", {{"project", so_far.project}, {"facts", so_far.fact_ids.size()}}
                );
            }
            so_far = std::move(*done);
        }
        const auto span = so_far.project.empty() ? pause : between_slices;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
