#include "normaliser/upkeep/attach_waiting.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/facts/read_fact_rules.hpp"
#include "normaliser/facts/write_facts.hpp"
#include "normaliser/ingest/decide_users.hpp"
#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/ingest/waiting_events.hpp"
#include "normaliser/users/write_users.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

constexpr std::size_t events_at_once = 2'000;

constexpr std::string_view select_project =
    "SELECT min(project_id) AS project_id FROM user_due"
    " WHERE attaching_since IS NOT NULL AND project_id > $1";

// Under the lock that everybody holds who writes of the user; whom another replica is at is left to
// it.
constexpr std::string_view select_attaching =
    "SELECT d.user_id, d.attaching_since, u.external_user_id,"
    "       coalesce((SELECT max(e.requested_at) FROM erasures e WHERE e.finished_at IS NULL"
    "                 AND e.person = sha256(convert_to("
    "                     u.project_id || ':' || u.external_user_id, 'UTF8'))),"
    "                '-infinity') AS received_after"
    " FROM user_due d JOIN users u ON u.user_id = d.user_id"
    " WHERE d.attaching_since IS NOT NULL AND d.project_id = $1 AND d.user_id > $2"
    " ORDER BY d.user_id LIMIT $3::bigint FOR NO KEY UPDATE OF d SKIP LOCKED";

std::vector<attaching_user> read_attaching(
    postgres::transaction& tx, const std::string& project, const attach_place& place
) {
    postgres::params params;
    params.text(project).integer(place.after_user).integer(static_cast<std::int64_t>(place.users));
    std::vector<attaching_user> users;
    for (const auto& row : tx.query(select_attaching, params)) {
        users.push_back({
            .user_id = row.integer("user_id"),
            .project = project,
            .user = row.text("external_user_id"),
            .since = row.timestamp("attaching_since"),
            .received_after = row.timestamp("received_after"),
        });
    }
    return users;
}

// What the events come to, into users and facts.
std::size_t attach_and_store(
    postgres::transaction& tx, const std::vector<attaching_user>& users, attach_limits limits
) {
    user_updates updates;
    std::unordered_map<std::int64_t, user_updates::value_type*> by_id;
    std::vector<std::int64_t> user_ids;
    for (const auto& one : users) {
        user_ids.push_back(one.user_id);
        auto& each = *updates.try_emplace({one.project, one.user}).first;
        each.second.user_id = one.user_id;
        by_id.emplace(one.user_id, &each);
    }
    for (auto& [user_id, cursor] : read_fact_cursors(tx, user_ids)) {
        by_id.at(user_id)->second.building = std::move(cursor);
    }
    const auto rules = read_fact_rules(tx, projects_of(updates));
    const auto events = attach_some(tx, users, deciding_events(rules), limits).events;
    selected_users changed;
    for (const auto& event : events) {
        auto* each = by_id.at(event.user_id);
        each->second.extend_seen(event.seen_at());
        decide_attached(*each, event, rules);
    }
    for (auto& each : updates) {
        if (each.second.first_at <= each.second.last_at) {
            changed.push_back(&each);
        }
    }
    // Events bring no address.
    static_cast<void>(update_users(tx, changed));
    update_facts(tx, changed);
    return events.size();
}

void note(
    const telemetry::logger& log, const metrics& counters, const std::string& project,
    const result<attach_progress>& done
) {
    if (!done) {
        log.warning("not attached", {{"project", project}, {"code", done.error().code}});
        return;
    }
    counters.attached.increment(static_cast<double>(done->events));
    if (done->users > 0) {
        log.info("all events attached", {{"users", done->users}});
    }
}

}  // namespace

void attach_place::settle(bool done) {
    if (!done && last_user == 0) {
        return;
    }
    if (!done && users > 1) {
        users = 1;
        return;
    }
    after_user = last_user;
    users = done ? std::min(users * 2, attach_place{}.users) : users;
}

std::string next_attaching(postgres::transaction& tx, const std::string& last) {
    const auto next = tx.query(select_project, postgres::params{}.text(last));
    return next.empty() ? "" : next.front().optional_text("project_id").value_or("");
}

attach_progress attach_slice(
    postgres::transaction& tx, const std::string& project, attach_place& place, std::size_t events
) {
    tx.execute(plan_for_probes);
    auto users = read_attaching(tx, project, place);
    if (users.empty() && place.after_user > 0) {
        place.after_user = 0;
        users = read_attaching(tx, project, place);
    }
    place.last_user = users.empty() ? 0 : users.back().user_id;
    if (users.empty()) {
        return {};
    }
    const std::size_t share = std::max(events / users.size(), std::size_t{1});
    attach_progress progress;
    progress.events = attach_and_store(tx, users, {.of_user = share, .of_all = events});
    std::vector<std::int64_t> done;
    for (const auto& one : users) {
        done.push_back(one.user_id);
    }
    for (const auto waiting : still_waiting(tx, users)) {
        std::erase(done, waiting);
    }
    finish_attaching(tx, done);
    progress.users = done.size();
    return progress;
}

runtime::task<> attach_waiting(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
) {
    constexpr vf::duration pause = std::chrono::seconds{1};
    // Live traffic goes first: a slice locks its users for some milliseconds.
    constexpr vf::duration between_slices = std::chrono::milliseconds{20};
    const telemetry::logger log{"attach_waiting"};
    std::map<std::string, attach_place> places;
    std::string project;
    bool progress = false;  // since the first project's turn
    for (;;) {
        auto find = [&project](postgres::transaction& tx) { return next_attaching(tx, project); };
        auto next = co_await database.transact(find);
        project = next ? std::move(*next) : "";
        if (!project.empty()) {
            auto& place = places[project];
            auto work = [&](postgres::transaction& tx) {
                return attach_slice(tx, project, place, events_at_once);
            };
            const auto done = co_await database.transact(work);
            place.settle(done.has_value());
            note(log, counters, project, done);
            progress = progress || (done && done->events + done->users > 0);
        }
        // After the last project the first is looked for once more before anybody rests.
        const bool rest = project.empty() && !progress;
        progress = progress && !project.empty();
        const bool stopping = co_await stop.wait_for(rest ? pause : between_slices);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
