#include "normaliser/upkeep/attach_waiting.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/facts/read_fact_rules.hpp"
#include "normaliser/facts/write_facts.hpp"
#include "normaliser/ingest/decide_users.hpp"
#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/users/write_users.hpp"
#include "vf/telemetry/log.hpp"

namespace vf::normaliser {

namespace {

constexpr attach_limits slice_limits{.of_user = 1'000, .of_all = 2'000};

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
    " WHERE d.attaching_since IS NOT NULL AND d.project_id = $1"
    " ORDER BY d.user_id LIMIT 100 FOR NO KEY UPDATE OF d SKIP LOCKED";

std::vector<attaching_user> read_attaching(postgres::transaction& tx, const std::string& project) {
    std::vector<attaching_user> users;
    for (const auto& row : tx.query(select_attaching, postgres::params{}.text(project))) {
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
    for (const auto& one : users) {
        auto& each = *updates.try_emplace({one.project, one.user}).first;
        each.second.user_id = one.user_id;
        by_id.emplace(one.user_id, &each);
    }
    const auto rules = read_fact_rules(tx, projects_of(updates));
    const auto events = attach_some(tx, users, deciding_events(rules), limits);
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
    update_users(tx, changed);
    update_facts(tx, changed);
    return events.size();
}

}  // namespace

attach_turn attach_slice(postgres::transaction& tx, attach_turn last, attach_limits limits) {
    tx.execute(plan_for_probes);
    const auto next = tx.query(select_project, postgres::params{}.text(last.project));
    if (next.empty() || next.front().is_null("project_id")) {
        return {};
    }
    attach_turn turn{.project = next.front().text("project_id")};
    const auto users = read_attaching(tx, turn.project);
    if (users.empty()) {
        return turn;
    }
    turn.events = attach_and_store(tx, users, limits);
    std::vector<std::int64_t> done;
    for (const auto& one : users) {
        done.push_back(one.user_id);
    }
    for (const auto waiting : still_waiting(tx, users)) {
        std::erase(done, waiting);
    }
    finish_attaching(tx, done);
    turn.users = done.size();
    return turn;
}

runtime::task<> attach_waiting(
    postgres::pool& database, const metrics& counters, runtime::signal& stop
) {
    constexpr vf::duration pause = std::chrono::seconds{1};
    // Live traffic goes first: a slice locks its users for some milliseconds.
    constexpr vf::duration between_slices = std::chrono::milliseconds{20};
    const telemetry::logger log{"attach_waiting"};
    attach_turn turn;
    for (;;) {
        auto work = [turn](postgres::transaction& tx) {
            return attach_slice(tx, turn, slice_limits);
        };
        auto done = co_await database.transact(work);
        // After the last project the first is looked for once more before anybody rests.
        bool rest = true;
        if (!done) {
            log.warning("not attached", {{"code", done.error().code}});
        } else {
            counters.attached.increment(static_cast<double>(done->events));
            if (done->users > 0) {
                log.info("all events attached", {{"users", done->users}});
            }
            rest = done->project.empty() && turn.project.empty();
            turn = std::move(*done);
        }
        const bool stopping = co_await stop.wait_for(rest ? pause : between_slices);
        if (stopping) {
            co_return;
        }
    }
}

}  // namespace vf::normaliser
