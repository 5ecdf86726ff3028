#include "normaliser/mail/write_mail.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "normaliser/ingest/plan_for_probes.hpp"
#include "normaliser/mail/find_mail.hpp"
#include "normaliser/mail/load_state.hpp"
#include "normaliser/mail/outcome_types.hpp"
#include "normaliser/mail/store_effects.hpp"
#include "normaliser/users/permission_lock.hpp"
#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

std::optional<std::string> text_of(const std::optional<domain::draft_id>& draft) {
    return draft ? std::optional{draft->text} : std::nullopt;
}

constexpr postgres::columns<mail_outcome, 10> columns_of_outcome{{
    {"project_id", "text", [](const mail_outcome& one) { return one.project.text; }},
    {"event_id", "text", [](const mail_outcome& one) { return one.id.text; }},
    {"type", "text", [](const mail_outcome& one) { return one.type; }},
    {"user_id", "bigint", [](const mail_outcome& one) { return one.user_id; }},
    {"draft_id", "text", [](const mail_outcome& one) { return text_of(one.draft); }},
    {"message_id", "text", [](const mail_outcome& one) { return one.message_id; }},
    {"body", "text", [](const mail_outcome& one) { return one.body; }},
    {"detail", "jsonb", [](const mail_outcome& one) { return one.detail; }},
    {"occurred_at", "timestamptz", [](const mail_outcome& one) { return one.occurred_at; }},
    {"received_at", "timestamptz", [](const mail_outcome& one) { return one.received_at; }},
}};

// Another replica may have been first, with a notice that changes nobody's permission.
const std::string& insert_outcomes() {
    static const std::string statement =
        "INSERT INTO mail_outcomes (" + postgres::names(columns_of_outcome) + ") SELECT * FROM " +
        postgres::unnest(columns_of_outcome) + " AS n (" + postgres::names(columns_of_outcome) +
        ") ORDER BY n.project_id, n.event_id ON CONFLICT DO NOTHING";
    return statement;
}

constexpr std::string_view select_standing =
    "SELECT o.event_id, o.type, o.body, coalesce(u.external_user_id, '') AS external_user_id,"
    "       o.received_at"
    " FROM unnest($1::text[], $2::text[]) AS n (project_id, event_id)"
    " JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id"
    " LEFT JOIN users u ON u.user_id = o.user_id"
    " WHERE o.body <> ''";

using standing_rows = std::unordered_map<std::string, stored_mail>;

standing_rows read_standing(
    postgres::transaction& tx, const std::vector<mail_notice>& notices,
    const mail_decisions& decided
) {
    std::vector<std::string> projects, events;
    for (std::size_t index = 0; index < notices.size(); ++index) {
        for (const auto& id : decided.standing[index]) {
            projects.push_back(notices[index].project.text);
            events.push_back(id.text);
        }
    }
    standing_rows found;
    if (events.empty()) {
        return found;
    }
    for (const auto& row :
         tx.query(select_standing, postgres::params{}.texts(projects).texts(events))) {
        auto id = row.text("event_id");
        found.try_emplace(
            id,
            stored_mail{
                domain::event_id{id}, row.text("type"), row.text("body"),
                domain::external_user_id{row.text("external_user_id")}, row.timestamp("received_at")
            }
        );
    }
    return found;
}

std::vector<std::string> projects_to_lock(const std::vector<mail_notice>& notices) {
    std::set<std::string> projects;
    for (const auto& notice : notices) {
        if (changes_permission(notice)) {
            projects.insert(notice.project.text);
        }
    }
    return {projects.begin(), projects.end()};
}

}  // namespace

std::vector<settled_mail> settle_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, const mail_policy& policy,
    instant now
) {
    tx.execute(plan_for_probes);
    lock_permissions(tx, projects_to_lock(notices), permission_lock::alone);
    const auto found = find_mail(tx, notices);
    auto state = load_state(tx, notices, found);
    if (tx.failed()) {
        return {};
    }
    const auto decided = decide_mail(notices, found, std::move(state), policy);
    if (!decided.outcomes.empty()) {
        tx.execute(insert_outcomes(), postgres::bind(columns_of_outcome, decided.outcomes));
    }
    store_effects(tx, decided, now);
    const auto rows = read_standing(tx, notices, decided);
    std::vector<settled_mail> settled(notices.size());
    for (std::size_t index = 0; index < notices.size(); ++index) {
        settled[index].refused = decided.refused[index];
        for (const auto& id : decided.standing[index]) {
            if (const auto row = rows.find(id.text); row != rows.end()) {
                settled[index].announced.push_back(row->second);
            }
        }
    }
    return settled;
}

}  // namespace vf::normaliser
