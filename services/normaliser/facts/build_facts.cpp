#include "normaliser/facts/build_facts.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/facts/event_pages.hpp"
#include "normaliser/facts/fact_cursor.hpp"
#include "normaliser/facts/fact_sql.hpp"
#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/users/due_marks.hpp"
#include "vf/facts/fact_rules.hpp"
#include "vf/facts/packing.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

// Those that come while a project is being built wait for its next time.
constexpr std::string_view insert_cursors =
    "INSERT INTO fact_cursors (project_id, fact_ids, after_user)"
    " SELECT d.project_id, array_agg(d.fact_id ORDER BY d.fact_id), 0 FROM fact_defs d"
    " LEFT JOIN fact_builds b ON b.project_id = d.project_id AND b.fact_id = d.fact_id"
    " WHERE b.fact_id IS NULL AND d.created_at < now() - interval '1 minute'"
    " GROUP BY d.project_id ON CONFLICT DO NOTHING";

constexpr std::string_view select_project =
    "SELECT min(project_id) AS project_id FROM fact_cursors WHERE project_id > $1";

constexpr std::string_view lock_cursor =
    "SELECT after_user, user_id, coalesce(name, '') AS name,"
    "       coalesce(occurred_at, '-infinity') AS occurred_at,"
    "       coalesce(record_id, '00000000-0000-0000-0000-000000000000') AS record_id"
    " FROM fact_cursors WHERE project_id = $1 FOR UPDATE SKIP LOCKED";

constexpr std::string_view select_defs =
    "SELECT d.fact_id, d.leaf::text AS predicate, d.keep FROM fact_cursors c"
    " JOIN fact_defs d ON d.project_id = c.project_id AND d.fact_id = ANY (c.fact_ids)"
    " WHERE c.project_id = $1";

constexpr std::string_view select_users =
    "SELECT user_id FROM users WHERE project_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";

constexpr std::string_view replace_facts =
    "UPDATE user_facts f SET facts = n.facts"
    " FROM unnest($1::bigint[], $2::bytea[]) AS n (user_id, facts) WHERE f.user_id = n.user_id";

constexpr std::string_view update_cursor =
    "UPDATE fact_cursors SET after_user = $2, user_id = $3, name = $4, occurred_at = $5,"
    " record_id = $6::uuid WHERE project_id = $1";

constexpr std::string_view insert_builds =
    "WITH done AS (DELETE FROM fact_cursors WHERE project_id = $1 RETURNING project_id, fact_ids)"
    " INSERT INTO fact_builds (project_id, fact_id, built_at)"
    " SELECT d.project_id, f.fact_id, now() FROM done d CROSS JOIN unnest(d.fact_ids) AS f "
    "(fact_id)"
    " ON CONFLICT DO NOTHING";

struct build {
    std::string project;
    std::int64_t after_user{0};
    std::optional<std::int64_t> user;  // who is built in part, as far as `passed`
    event_place passed;
    std::vector<std::uint32_t> fact_ids{};
    facts::fact_rules rules{};
};

std::optional<build> read_build(postgres::transaction& tx, const std::string& project) {
    const auto rows = tx.query(lock_cursor, postgres::params{}.text(project));
    if (rows.empty()) {
        return std::nullopt;
    }
    const auto& row = rows.front();
    build found{
        project, row.integer("after_user"), row.optional_integer("user_id"), read_place(row)
    };
    for (const auto& def : tx.query(select_defs, postgres::params{}.text(project))) {
        const auto id = static_cast<std::uint32_t>(def.integer("fact_id"));
        found.fact_ids.push_back(id);
        found.rules.add(
            project, id, def.text("predicate"), static_cast<std::size_t>(def.integer("keep"))
        );
    }
    return found;
}

std::vector<std::int64_t> read_users(
    postgres::transaction& tx, const build& from, build_limits limits
) {
    if (from.user) {
        return {*from.user};
    }
    postgres::params params;
    params.text(from.project).integer(from.after_user);
    std::vector<std::int64_t> users;
    const auto most = static_cast<std::int64_t>(limits.users);
    for (const auto& row : tx.query(select_users, params.integer(most))) {
        users.push_back(row.integer("user_id"));
    }
    return users;
}

// What a slice counts: of each of the users all events, or some of one.
struct slice {
    std::vector<std::int64_t> users;
    std::vector<stored_event> events;
    bool in_part{false};
};

slice read_slice(
    postgres::transaction& tx, const build& from, std::vector<std::int64_t> users, std::size_t most
) {
    auto events = read_page(tx, users, from.rules.names(), from.passed, most + 1);
    if (events.size() <= most) {
        return {std::move(users), std::move(events), false};
    }
    // Who does not fit in is the first of the next slice, and then has one for himself.
    const auto last = events.back().user_id;
    const auto whole = std::ranges::find(users, last);
    if (whole != users.begin()) {
        std::erase_if(events, [last](const auto& event) { return event.user_id == last; });
        return {{users.begin(), whole}, std::move(events), false};
    }
    events.pop_back();
    return {{last}, std::move(events), true};
}

using facts_by_user = std::unordered_map<std::int64_t, facts::user_facts>;

facts_by_user read_standing(postgres::transaction& tx, const std::vector<std::int64_t>& users) {
    facts_by_user found;
    for (const auto& row : tx.query(sql::select_facts, postgres::params{}.integers(users))) {
        auto standing = facts::unpack(row.bytes("facts"));
        if (!standing) {
            tx.refuse({failure::permanent, "facts_unreadable", row.text("user_id")});
            return found;
        }
        found.emplace(row.integer("user_id"), std::move(*standing));
    }
    return found;
}

// Only what is built changes: a fact that was built before may count events that are gone by now.
void count_anew(postgres::transaction& tx, const build& from, const slice& part) {
    auto by_user = read_standing(tx, part.users);
    if (!from.user) {
        for (auto& [user, standing] : by_user) {
            for (const auto id : from.fact_ids) {
                standing.erase(under_construction(id));
            }
        }
    }
    std::vector<facts::fact_occurrence> occurrences;
    for (const auto& event : part.events) {
        occurrences.clear();
        from.rules.count(
            occurrences, from.project, event.name, event.properties, occurrence_of(event)
        );
        for (auto& one : occurrences) {
            one.fact_id = under_construction(one.fact_id);
        }
        facts::fold(by_user[event.user_id], occurrences);
    }
    std::vector<std::string> packed;
    for (const auto user : part.users) {
        auto& standing = by_user[user];
        for (const auto id : from.fact_ids) {
            if (!part.in_part) {
                standing.erase(id);
                if (auto node = standing.extract(under_construction(id))) {
                    node.key() = id;
                    standing.insert(std::move(node));
                }
            }
        }
        packed.push_back(facts::pack(standing));
    }
    tx.execute(replace_facts, postgres::params{}.integers(part.users).byte_strings(packed));
}

void write_cursor(postgres::transaction& tx, const build& from, const slice& done) {
    postgres::params params;
    params.text(from.project);
    if (done.in_part) {
        const auto passed = done.events.back().place();
        params.integer(from.after_user).integer(done.users.back()).text(passed.name);
        params.timestamp(passed.occurred_at).text(passed.id.uuid());
    } else {
        params.integer(done.users.back()).null().null().null().null();
    }
    tx.execute(update_cursor, params);
}

void note(
    const telemetry::logger& log, const std::string& project, const result<build_progress>& done
) {
    if (!done) {
        log.warning("a slice was not built", {{"project", project}, {"code", done.error().code}});
    } else if (done->finished) {
        log.info("facts built", {{"project", project}});
    }
}

}  // namespace

std::string next_build(postgres::transaction& tx, const std::string& last) {
    if (last.empty()) {
        tx.execute(insert_cursors);
    }
    const auto found = tx.query(select_project, postgres::params{}.text(last));
    return found.empty() ? "" : found.front().optional_text("project_id").value_or("");
}

build_progress build_slice(
    postgres::transaction& tx, const std::string& project, build_limits limits
) {
    tx.execute(plan_for_probes);
    auto from = read_build(tx, project);
    if (!from) {
        return {};
    }
    auto users = read_users(tx, *from, limits);
    if (users.empty()) {
        tx.execute(insert_builds, postgres::params{}.text(project));
        return {.finished = true};
    }
    tx.execute(sql::lock_due, postgres::params{}.integers(users));
    const auto part = read_slice(tx, *from, std::move(users), limits.events);
    count_anew(tx, *from, part);
    write_cursor(tx, *from, part);
    return {.users = part.in_part ? 0 : part.users.size(), .events = part.events.size()};
}

runtime::task<> build_facts(postgres::pool& database, vf::duration pause, runtime::signal& stop) {
    // Live traffic goes first: a slice locks its users for some milliseconds.
    constexpr vf::duration between_slices = std::chrono::milliseconds{20};
    const telemetry::logger log{"build_facts"};
    std::string project;
    bool progress = false;  // since the first project's turn
    for (;;) {
        auto find = [&project](postgres::transaction& tx) { return next_build(tx, project); };
        auto next = co_await database.transact(find);
        project = next ? std::move(*next) : "";
        if (!project.empty()) {
            auto work = [&project](postgres::transaction& tx) { return build_slice(tx, project); };
            const auto done = co_await database.transact(work);
            note(log, project, done);
            progress = progress || (done && (done->users + done->events > 0 || done->finished));
        }
        const bool rest = project.empty() && !progress;
        progress = progress && !project.empty();
        const bool stopping = co_await stop.wait_for(rest ? pause : between_slices);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
