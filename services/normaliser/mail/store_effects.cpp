#include "normaliser/mail/store_effects.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normaliser/users/write_permissions.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

constexpr postgres::columns<learned_message, 5> columns_of_message{{
    {"project_id", "text", [](const learned_message& one) { return one.project.text; }},
    {"message_id", "text", [](const learned_message& one) { return one.message_id; }},
    {"draft_id", "text", [](const learned_message& one) { return one.draft.text; }},
    {"user_id", "bigint", [](const learned_message& one) { return one.user_id; }},
    {"received_at", "timestamptz", [](const learned_message& one) { return one.received_at; }},
}};

const std::string& insert_messages() {
    static const std::string statement =
        "INSERT INTO mail_messages (" + postgres::names(columns_of_message) + ") SELECT * FROM " +
        postgres::unnest(columns_of_message) + " AS n (" + postgres::names(columns_of_message) +
        ") ORDER BY n.project_id, n.message_id ON CONFLICT DO NOTHING";
    return statement;
}

constexpr std::string_view insert_suppressions =
    "INSERT INTO suppressions (project_id, address, cause, event_id, since)"
    " SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::timestamptz[])"
    " ON CONFLICT DO NOTHING";

constexpr std::string_view delete_suppressions =
    "DELETE FROM suppressions s USING unnest($1::text[], $2::bytea[], $3::text[])"
    "   AS n (project_id, address, cause)"
    " WHERE s.project_id = n.project_id AND s.address = n.address AND s.cause = n.cause";

constexpr std::string_view insert_soft_bounces =
    "INSERT INTO soft_bounces (project_id, address, event_id, occurred_at)"
    " SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::timestamptz[])"
    " ON CONFLICT DO NOTHING";

constexpr std::string_view end_soft_bounces =
    "DELETE FROM soft_bounces s"
    " USING (SELECT n.project_id, n.address, max(n.until) AS until"
    "        FROM unnest($1::text[], $2::bytea[], $3::timestamptz[])"
    "             AS n (project_id, address, until) GROUP BY 1, 2) AS e"
    " WHERE s.project_id = e.project_id AND s.address = e.address AND s.occurred_at <= e.until";

struct address_lists {
    std::vector<std::string> projects;
    std::vector<std::string> digests;
    std::vector<std::string> causes;
    std::vector<std::string> events;
    std::vector<instant> timestamps;

    void add(const address_name& address, instant timestamp = {}) {
        projects.push_back(address.first);
        digests.push_back(address.second);
        timestamps.push_back(timestamp);
    }
};

void store_suppressions(postgres::transaction& tx, const mail_decisions& decided) {
    // Of several changes of one the last stands.
    std::map<std::pair<address_name, suppression_cause>, const suppression_change*> last;
    for (const auto& change : decided.suppressions) {
        last.insert_or_assign({change.address, change.cause}, &change);
    }
    address_lists added, lifted;
    for (const auto& [key, change] : last) {
        auto& lists = change->row ? added : lifted;
        lists.add(change->address, change->row ? change->row->since : instant{});
        lists.causes.emplace_back(name_of(change->cause));
        lists.events.push_back(change->row ? change->row->event_id : std::string{});
    }
    if (!lifted.projects.empty()) {
        postgres::params params;
        params.texts(lifted.projects).byte_strings(lifted.digests).texts(lifted.causes);
        tx.execute(delete_suppressions, params);
    }
    if (!added.projects.empty()) {
        postgres::params params;
        params.texts(added.projects).byte_strings(added.digests).texts(added.causes);
        tx.execute(insert_suppressions, params.texts(added.events).timestamps(added.timestamps));
    }
}

void store_soft_bounces(postgres::transaction& tx, const mail_decisions& decided) {
    address_lists added, ended;
    for (const auto& one : decided.soft_bounces) {
        added.add(one.address, one.bounce.occurred_at);
        added.events.push_back(one.bounce.event_id);
    }
    for (const auto& one : decided.ended) {
        ended.add(one.address, one.until);
    }
    if (!added.projects.empty()) {
        postgres::params params;
        params.texts(added.projects).byte_strings(added.digests);
        tx.execute(insert_soft_bounces, params.texts(added.events).timestamps(added.timestamps));
    }
    if (!ended.projects.empty()) {
        postgres::params params;
        params.texts(ended.projects).byte_strings(ended.digests).timestamps(ended.timestamps);
        tx.execute(end_soft_bounces, params);
    }
}

}  // namespace

void store_effects(postgres::transaction& tx, const mail_decisions& decided, instant now) {
    if (!decided.messages.empty()) {
        tx.execute(insert_messages(), postgres::bind(columns_of_message, decided.messages));
    }
    store_suppressions(tx, decided);
    store_soft_bounces(tx, decided);
    std::vector<permission_row> rows;
    for (const auto& [user_id, user] : decided.after.users) {
        const auto causes = causes_of(decided.after.suppressions, user.project.text, user.email);
        const auto status = status_of(user.permission, causes, now);
        if (user.permission != user.before || name_of(status) != user.status) {
            rows.push_back({user_id, user.permission, status});
        }
    }
    write_permissions(tx, rows);
}

}  // namespace vf::normaliser
