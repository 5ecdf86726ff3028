#include "normaliser/facts/build_facts.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/facts/fact_rules.hpp"
#include "normaliser/users/user_sql.hpp"
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

// Whoever writes a user's facts holds this lock. The facts change, so the user is due.
constexpr std::string_view lock_users =
    "WITH locked AS ("
    "   SELECT user_id FROM user_due WHERE user_id = ANY ($1::bigint[])"
    "   ORDER BY user_id FOR NO KEY UPDATE)"
    " UPDATE user_due d SET next_eval_at = '-infinity' FROM locked l WHERE d.user_id = l.user_id";

constexpr std::string_view replace_facts =
    "UPDATE user_facts f SET facts = n.facts"
    " FROM unnest($1::bigint[], $2::bytea[]) AS n (user_id, facts) WHERE f.user_id = n.user_id";

constexpr std::string_view insert_builds =
    "INSERT INTO fact_builds (project_id, fact_id, built_at)"
    " SELECT $1, n.fact_id, now() FROM unnest($2::bigint[]) AS n (fact_id)"
    " ON CONFLICT DO NOTHING";

fact_build next_build(postgres::transaction& inside) {
    fact_build next;
    for (const auto& row : inside.query(select_unbuilt)) {
        if (next.project.empty()) {
            next.project = row.text(0);
        }
        if (row.text(0) == next.project) {
            next.fact_ids.push_back(row.integer(1));
        }
    }
    return next;
}

using facts_by_user = std::unordered_map<std::int64_t, facts>;

// Without those that are built: a fact that was built before may count events that are gone by now.
facts_by_user read_others(
    postgres::transaction& inside, const std::vector<std::int64_t>& users,
    const std::vector<std::int64_t>& built
) {
    facts_by_user found;
    for (const auto& row : inside.query(sql::select_facts, postgres::params{}.integers(users))) {
        auto standing = unpack(row.bytes(1));
        if (!standing) {
            inside.refuse({failure::permanent, "facts_unreadable", row.text(0)});
            return found;
        }
        for (const auto id : built) {
            standing->erase(static_cast<std::uint32_t>(id));
        }
        found.emplace(row.integer(0), std::move(*standing));
    }
    return found;
}

void count_anew(
    postgres::transaction& inside, const fact_build& build, const std::vector<std::int64_t>& users
) {
    inside.execute(lock_users, postgres::params{}.integers(users));
    const auto rules = read_fact_rules(inside, {build.project});
    auto by_user = read_others(inside, users, build.fact_ids);
    std::vector<counted_event> counted;
    for_each_event(inside, users, rules.names(), [&](const stored_event& event) {
        counted.clear();
        rules.count(counted, build.project, event.name, event.properties, occurrence_of(event));
        std::erase_if(counted, [&build](const counted_event& one) {
            return std::ranges::find(build.fact_ids, one.fact_id) == build.fact_ids.end();
        });
        fold(by_user[event.user_id], counted);
    });
    std::vector<std::string> packed;
    for (const auto user : users) {
        packed.push_back(pack(by_user[user]));
    }
    inside.execute(replace_facts, postgres::params{}.integers(users).byte_strings(packed));
}

}  // namespace

fact_build build_slice(postgres::transaction& inside, fact_build so_far) {
    if (so_far.project.empty()) {
        so_far = next_build(inside);
    }
    if (so_far.project.empty()) {
        return so_far;
    }
    postgres::params with;
    with.text(so_far.project).integer(so_far.after_user);
    std::vector<std::int64_t> users;
    for (const auto& row : inside.query(select_users, with)) {
        users.push_back(row.integer(0));
    }
    if (users.empty()) {
        postgres::params done;
        done.text(so_far.project).integers(so_far.fact_ids);
        inside.execute(insert_builds, done);
        return {};
    }
    count_anew(inside, so_far, users);
    so_far.after_user = users.back();
    return so_far;
}

runtime::task<> build_facts(postgres::pool& database, vf::duration pause, runtime::signal& stop) {
    // Live traffic goes first: a slice locks its users for some milliseconds.
    constexpr vf::duration between_slices = std::chrono::milliseconds{20};
    const telemetry::logger log{"build_facts"};
    fact_build at;
    for (;;) {
        auto work = [&at](postgres::transaction& inside) { return build_slice(inside, at); };
        auto done = co_await database.transact(work);
        if (!done) {
            log.warning("a slice was not built", {{"code", done.error().code}});
        } else {
            if (done->project.empty() && !at.project.empty()) {
                log.info("facts built", {{"project", at.project}, {"facts", at.fact_ids.size()}});
            }
            at = std::move(*done);
        }
        const auto span = at.project.empty() ? pause : between_slices;
        const bool stopping = co_await stop.wait_for(span);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
