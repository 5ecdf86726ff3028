#include "trigger-evaluator/tick/slice_sql.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "trigger-evaluator/evaluate/explain.hpp"
#include "trigger-evaluator/evaluate/now.hpp"
#include "trigger-evaluator/tick/cancel_drafts.hpp"
#include "vf/wire/derived_ids.hpp"

namespace vf::trigger_evaluator {

namespace {

// now() is the start of the transaction and stable, which the index needs; the time of the
// evaluation is read after the locks.
constexpr std::string_view lock_due =
    "SELECT user_id, project_id FROM user_due "
    "WHERE next_eval_at <= now() AND user_id <> ALL($2::bigint[]) "
    "ORDER BY next_eval_at LIMIT $1 FOR UPDATE SKIP LOCKED";

constexpr std::string_view lock_user =
    "SELECT user_id, project_id FROM user_due WHERE user_id = $1 AND next_eval_at < 'infinity' "
    "FOR UPDATE SKIP LOCKED";

constexpr std::string_view read_users =
    "SELECT user_id, project_id, external_user_id, status FROM users "
    "WHERE user_id = ANY($1::bigint[])";

constexpr std::string_view read_rule_rows =
    "SELECT id, project_id, kind, preset, params::text AS params, state = 'active' AS active, "
    "       active_from, version "
    "FROM rules WHERE project_id = ANY($1::text[]) ORDER BY created_at, id";

// The newest by effective time. Normally that is the one that says it occurred last; only when
// that one was dated ahead of its arrival can another, within the day a timestamp may lie ahead,
// be later in effect. Those still ahead of now and those that are not are looked through by
// themselves, so that however many of the first hide none of the others.
//
// Each look ends after 2,000 events of a user: of those that many historical ones occurred after,
// and of more than that many dated ahead, one may be missed.
constexpr std::string_view read_last_events =
    "SELECT a.user_id, a.name, l.record_id, l.occurred_at, l.attached_at "
    "FROM unnest($1::bigint[], $2::text[]) AS a(user_id, name) "
    "CROSS JOIN LATERAL ("
    " SELECT occurred_at, attached_at FROM ("
    "  SELECT occurred_at, coalesce(attached_at, received_at) AS attached_at, historical "
    "  FROM event_rows WHERE user_id = a.user_id AND name = a.name "
    "  ORDER BY occurred_at DESC LIMIT 2000) AS newest "
    " WHERE NOT historical ORDER BY occurred_at DESC LIMIT 1) AS top "
    "CROSS JOIN LATERAL ("
    " SELECT top.occurred_at - CASE WHEN top.attached_at < top.occurred_at "
    "        THEN interval '24 hours' ELSE interval '0' END AS since) AS looked "
    "CROSS JOIN LATERAL ("
    " SELECT record_id, occurred_at, coalesce(attached_at, received_at) AS attached_at FROM ("
    "  (SELECT record_id, occurred_at, received_at, attached_at, historical FROM event_rows "
    "   WHERE user_id = a.user_id AND name = a.name AND occurred_at >= looked.since "
    "     AND occurred_at <= now() ORDER BY occurred_at DESC LIMIT 2000) "
    "  UNION ALL "
    "  (SELECT record_id, occurred_at, received_at, attached_at, historical FROM event_rows "
    "   WHERE user_id = a.user_id AND name = a.name AND occurred_at >= looked.since "
    "     AND occurred_at > now() ORDER BY occurred_at DESC LIMIT 2000)) AS newest "
    " WHERE NOT historical "
    " ORDER BY least(occurred_at, coalesce(attached_at, received_at)) DESC, received_at DESC, "
    "          record_id DESC LIMIT 1) AS l";

constexpr std::string_view read_ledger =
    "SELECT a.user_id, a.rule_id, "
    " EXISTS (SELECT 1 FROM fires f WHERE f.project_id = a.project_id AND f.rule_id = a.rule_id "
    "         AND f.user_id = a.user_id AND f.occurrence = a.occurrence) "
    " AS this_occurrence, "
    " (SELECT max(f.fired_at) FROM fires f "
    "  WHERE f.user_id = a.user_id AND f.rule_id = a.rule_id) AS last_at "
    "FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) "
    "     AS a(user_id, project_id, rule_id, occurrence)";

constexpr std::string_view insert_fires =
    "INSERT INTO fires (project_id, rule_id, user_id, occurrence, fire_id, draft_id, fired_at, "
    "                   explain) "
    "SELECT f.project_id, f.rule_id, f.user_id, f.occurrence, f.fire_id, f.draft_id, $8, "
    "       f.explain::jsonb "
    "FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], "
    "            $7::text[]) "
    "     AS f(project_id, rule_id, user_id, occurrence, fire_id, draft_id, explain) "
    "ON CONFLICT DO NOTHING RETURNING fire_id";

constexpr std::string_view insert_drafts =
    "INSERT INTO drafts (id, project_id, rule_id, preset, user_id, external_user_id, status, "
    "                    created_at) "
    "SELECT d.id, d.project_id, d.rule_id, d.preset, d.user_id, d.external_user_id, "
    "       'pending_review', $7 "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) "
    "     AS d(id, project_id, rule_id, preset, user_id, external_user_id) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view set_forward =
    "UPDATE user_due u SET next_eval_at = n.at "
    "FROM unnest($1::bigint[], $2::timestamptz[]) AS n(user_id, at) WHERE u.user_id = n.user_id";

struct locked {
    std::vector<std::int64_t> users;
    std::vector<std::string> projects;  // each once
};

struct new_fire {
    std::string project;
    std::string rule;
    std::string preset;
    std::int64_t user{0};
    std::string external_user;
    std::string occurrence;
    std::string fire_id;
    std::string draft_id;
    std::string explain;
};

locked users_of(const postgres::rows& rows) {
    locked locked;
    std::set<std::string> projects;
    for (const auto& row : rows) {
        locked.users.push_back(row.integer("user_id"));
        projects.insert(row.text("project_id"));
    }
    locked.projects.assign(projects.begin(), projects.end());
    return locked;
}

rule_set load_rules(postgres::transaction& tx, const std::vector<std::string>& projects) {
    std::vector<rule_row> rows;
    for (const auto& row : tx.query(read_rule_rows, postgres::params{}.texts(projects))) {
        rows.push_back({
            .id = domain::rule_id{row.text("id")},
            .project = domain::project_id{row.text("project_id")},
            .kind = row.text("kind"),
            .preset = row.text("preset"),
            .params = row.text("params"),
            .active = row.boolean("active"),
            .active_from = row.optional_timestamp("active_from"),
            .version = row.integer("version"),
        });
    }
    return read_rules(rows);
}

std::vector<user_input> load_users(
    postgres::transaction& tx, const std::vector<std::int64_t>& ids, const rule_set& rules
) {
    std::vector<user_input> users;
    for (const auto& row : tx.query(read_users, postgres::params{}.integers(ids))) {
        user_input user{
            .user_id = row.integer("user_id"),
            .project = domain::project_id{row.text("project_id")},
            .external_user = domain::external_user_id{row.text("external_user_id")},
            .status = read_status(row.text("status")).value_or(user_status::unsubscribed),
        };
        for (const rule& rule : rules.of(user.project)) {
            user.rules.push_back({.rule = rule});
        }
        users.push_back(std::move(user));
    }
    return users;
}

void load_last_events(postgres::transaction& tx, std::vector<user_input>& users) {
    std::vector<std::int64_t> ids;
    std::vector<std::string> names;
    std::unordered_map<std::int64_t, user_facts*> facts;
    for (user_input& user : users) {
        // Who may not be written to is left out: nothing needs loading for them.
        if (user.status != user_status::active) {
            continue;
        }
        std::set<std::string> looked_at;
        for (const rule_input& input : user.rules) {
            for (std::string& name : input.rule.condition->event_names()) {
                looked_at.insert(std::move(name));
            }
        }
        for (const std::string& name : looked_at) {
            ids.push_back(user.user_id);
            names.push_back(name);
        }
        facts[user.user_id] = &user.facts;
    }
    if (ids.empty()) {
        return;
    }
    const auto params = postgres::params{}.integers(ids).texts(names);
    for (const auto& row : tx.query(read_last_events, params)) {
        if (const auto record = domain::record_id::from_uuid(row.text("record_id"))) {
            facts.at(row.integer("user_id"))->last_events[row.text("name")] = {
                *record, row.timestamp("occurred_at"), row.timestamp("attached_at")
            };
        }
    }
}

void load_ledger(postgres::transaction& tx, std::vector<user_input>& users) {
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects;
    std::vector<std::string> rules;
    std::vector<std::string> occurrences;
    for (const user_input& user : users) {
        for (const rule_input& input : user.rules) {
            if (input.occurrence) {
                ids.push_back(user.user_id);
                projects.push_back(user.project.text);
                rules.push_back(input.rule.id.text);
                occurrences.push_back(input.occurrence->key);
            }
        }
    }
    if (ids.empty()) {
        return;
    }
    std::map<std::pair<std::int64_t, std::string>, fired_before> ledger;
    const auto params =
        postgres::params{}.integers(ids).texts(projects).texts(rules).texts(occurrences);
    for (const auto& row : tx.query(read_ledger, params)) {
        ledger[{row.integer("user_id"), row.text("rule_id")}] = {
            row.boolean("this_occurrence"), row.optional_timestamp("last_at")
        };
    }
    for (user_input& user : users) {
        for (rule_input& input : user.rules) {
            const auto entry = ledger.find({user.user_id, input.rule.id.text});
            if (entry != ledger.end()) {
                input.ledger = entry->second;
            }
        }
    }
}

std::set<std::string> write_fires(
    postgres::transaction& tx, const std::vector<new_fire>& fires, instant timestamp
) {
    std::vector<std::string> projects, rules, occurrences, ids, drafts, explains;
    std::vector<std::int64_t> users;
    for (const new_fire& fire : fires) {
        projects.push_back(fire.project);
        rules.push_back(fire.rule);
        users.push_back(fire.user);
        occurrences.push_back(fire.occurrence);
        ids.push_back(fire.fire_id);
        drafts.push_back(fire.draft_id);
        explains.push_back(fire.explain);
    }
    const auto params = postgres::params{}
                            .texts(projects)
                            .texts(rules)
                            .integers(users)
                            .texts(occurrences)
                            .texts(ids)
                            .texts(drafts)
                            .texts(explains)
                            .timestamp(timestamp);
    std::set<std::string> written;
    for (const auto& row : tx.query(insert_fires, params)) {
        written.insert(row.text("fire_id"));
    }
    return written;
}

void write_drafts(
    postgres::transaction& tx, const std::vector<new_fire>& fires,
    const std::set<std::string>& written, instant timestamp
) {
    std::vector<std::string> ids, projects, rules, presets, external_users;
    std::vector<std::int64_t> users;
    for (const new_fire& fire : fires) {
        if (!written.contains(fire.fire_id)) {
            continue;
        }
        ids.push_back(fire.draft_id);
        projects.push_back(fire.project);
        rules.push_back(fire.rule);
        presets.push_back(fire.preset);
        users.push_back(fire.user);
        external_users.push_back(fire.external_user);
    }
    const auto params = postgres::params{}
                            .texts(ids)
                            .texts(projects)
                            .texts(rules)
                            .texts(presets)
                            .integers(users)
                            .texts(external_users)
                            .timestamp(timestamp);
    tx.execute(insert_drafts, params);
}

new_fire describe(const user_input& user, const fire& fire, instant timestamp) {
    new_fire out{
        .project = user.project.text,
        .rule = fire.rule.text,
        .preset = fire.preset,
        .user = user.user_id,
        .external_user = user.external_user.text,
        .occurrence = fire.occurrence.key,
        .fire_id = {},
        .draft_id = {},
        .explain = explain(fire, timestamp),
    };
    out.fire_id = wire::derive_fire_id(fire.rule, user.external_user, out.occurrence);
    out.draft_id = wire::derive_draft_id(out.fire_id).text;
    return out;
}

slice evaluate_locked(postgres::transaction& tx, const locked& locked) {
    slice done;
    const auto clock = tx.query("SELECT clock_timestamp() AS evaluated_at");
    if (locked.users.empty() || clock.empty()) {
        return done;
    }
    const instant timestamp = clock.front().timestamp("evaluated_at");
    rule_set rules = load_rules(tx, locked.projects);
    std::vector<user_input> users = load_users(tx, locked.users, rules);
    done.cancelled = cancel_drafts(tx, users);
    load_last_events(tx, users);
    for (user_input& user : users) {
        find_occurrences(user);
    }
    load_ledger(tx, users);

    // A user who is gone from `users` needs no evaluation before facts come again.
    std::unordered_map<std::int64_t, instant> due;
    std::vector<new_fire> fires;
    for (const user_input& user : users) {
        const decision decided = evaluate(user, timestamp);
        due[user.user_id] = decided.due;
        for (const verdict judged : decided.verdicts) {
            ++done.verdicts.at(static_cast<std::size_t>(judged));
        }
        for (const fire& fire : decided.fires) {
            fires.push_back(describe(user, fire, timestamp));
        }
    }
    if (!fires.empty()) {
        const auto written = write_fires(tx, fires, timestamp);
        write_drafts(tx, fires, written, timestamp);
        done.fires = written.size();
    }
    std::vector<instant> next;
    for (const std::int64_t user : locked.users) {
        const auto found = due.find(user);
        next.push_back(found == due.end() ? never : found->second);
    }
    tx.execute(set_forward, postgres::params{}.integers(locked.users).timestamps(next));
    done.users = locked.users.size();
    done.faults = std::move(rules.faults);
    return done;
}

}  // namespace

slice evaluate_slice(
    postgres::transaction& tx, std::size_t most, const std::vector<std::int64_t>& apart
) {
    const auto limit = static_cast<std::int64_t>(most);
    const auto params = postgres::params{}.integer(limit).integers(apart);
    return evaluate_locked(tx, users_of(tx.query(lock_due, params)));
}

slice evaluate_user(postgres::transaction& tx, std::int64_t user) {
    return evaluate_locked(tx, users_of(tx.query(lock_user, postgres::params{}.integer(user))));
}

}  // namespace vf::trigger_evaluator
