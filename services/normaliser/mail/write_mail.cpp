#include "normaliser/mail/write_mail.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vf::normaliser {

namespace {

// One row a notice. Of several users with one address the one seen last is meant most likely.
constexpr std::string_view select_findings =
    "SELECT o.event_id IS NOT NULL, m.id, m.user_id, m.external_user_id,"
    "       d.id, d.user_id, d.external_user_id, a.user_id, a.external_user_id"
    " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY"
    "      AS n (project_id, event_id, message_id, draft_id, address, place)"
    " LEFT JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id"
    " LEFT JOIN LATERAL (SELECT id, user_id, external_user_id FROM drafts"
    "                    WHERE project_id = n.project_id AND message_id = n.message_id"
    "                    ORDER BY created_at, id LIMIT 1) AS m ON true"
    " LEFT JOIN drafts d ON d.project_id = n.project_id AND d.id = n.draft_id"
    " LEFT JOIN LATERAL (SELECT u.user_id, u.external_user_id FROM users u"
    "                    JOIN user_facts f ON f.user_id = u.user_id"
    "                    WHERE u.project_id = n.project_id AND u.email IS NOT NULL"
    "                      AND lower(u.email) = lower(n.address)"
    "                    ORDER BY f.last_seen_at DESC, u.user_id LIMIT 1) AS a ON true"
    " ORDER BY n.place";

// Of a user who was erased since the decision nothing is written: it is decided again.
constexpr std::string_view insert_outcomes =
    "INSERT INTO mail_outcomes (project_id, event_id, type, user_id, draft_id, message_id, body,"
    "                           occurred_at, received_at)"
    " SELECT n.* FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[],"
    "                      $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[])"
    "      AS n (project_id, event_id, type, user_id, draft_id, message_id, body, occurred_at,"
    "            received_at)"
    " JOIN users u ON u.user_id = n.user_id"
    " ORDER BY n.project_id, n.event_id FOR KEY SHARE OF u"
    " ON CONFLICT DO NOTHING";

constexpr std::string_view select_standing =
    "SELECT o.type, o.body, coalesce(u.external_user_id, ''), o.received_at"
    " FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (project_id, event_id, place)"
    " JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id"
    " LEFT JOIN users u ON u.user_id = o.user_id"
    " ORDER BY n.place";

std::optional<draft_row> draft_at(const postgres::row& row, std::size_t column) {
    if (row.is_null(column)) {
        return std::nullopt;
    }
    return draft_row{
        domain::draft_id{row.text(column)}, row.integer(column + 1),
        domain::external_user_id{row.text(column + 2)}
    };
}

std::optional<user_row> user_at(const postgres::row& row, std::size_t column) {
    if (row.is_null(column)) {
        return std::nullopt;
    }
    return user_row{row.integer(column), domain::external_user_id{row.text(column + 1)}};
}

void insert_decided(postgres::transaction& tx, const std::vector<mail_outcome>& decided) {
    std::vector<std::string> projects, events, types, messages, bodies;
    std::vector<std::int64_t> users;
    std::vector<std::optional<std::string>> drafts;
    std::vector<instant> occurred, received;
    for (const auto& [notice, match, body] : decided) {
        projects.push_back(notice.project.text);
        events.push_back(notice.id.text);
        types.push_back(type_of(notice.kind));
        users.push_back(match.whose.user_id);
        drafts.push_back(match.draft ? std::optional{match.draft->text} : std::nullopt);
        messages.push_back(notice.message_id);
        bodies.push_back(body);
        occurred.push_back(notice.occurred_at);
        received.push_back(notice.received_at);
    }
    tx.execute(
        insert_outcomes, postgres::params{}
                             .texts(projects)
                             .texts(events)
                             .texts(types)
                             .integers(users)
                             .texts(drafts)
                             .texts(messages)
                             .texts(bodies)
                             .timestamps(occurred)
                             .timestamps(received)
    );
}

}  // namespace

std::vector<mail_lookup> find_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices
) {
    std::vector<std::string> projects, events, messages, addresses;
    std::vector<std::optional<std::string>> drafts;
    for (const auto& notice : notices) {
        projects.push_back(notice.project.text);
        events.push_back(notice.id.text);
        messages.push_back(notice.message_id);
        drafts.push_back(notice.draft ? std::optional{notice.draft->text} : std::nullopt);
        addresses.push_back(notice.recipient);
    }
    const auto rows = tx.query(
        select_findings,
        postgres::params{}.texts(projects).texts(events).texts(messages).texts(drafts).texts(
            addresses
        )
    );
    std::vector<mail_lookup> found;
    for (const auto& row : rows) {
        found.push_back({row.boolean(0), {draft_at(row, 1), draft_at(row, 4), user_at(row, 7)}});
    }
    return found;
}

std::vector<stored_mail> store_mail(
    postgres::transaction& tx, const std::vector<mail_outcome>& decided,
    const std::vector<mail_notice>& notices
) {
    if (!decided.empty()) {
        insert_decided(tx, decided);
    }
    std::vector<std::string> projects, events;
    for (const auto& notice : notices) {
        projects.push_back(notice.project.text);
        events.push_back(notice.id.text);
    }
    const auto rows = tx.query(select_standing, postgres::params{}.texts(projects).texts(events));
    std::vector<stored_mail> standing;
    for (const auto& row : rows) {
        standing.push_back(
            {row.text(0), row.text(1), domain::external_user_id{row.text(2)}, row.timestamp(3)}
        );
    }
    if (standing.size() != notices.size()) {
        tx.refuse({failure::transient, "mail_outcome_missing", {}});
    }
    return standing;
}

}  // namespace vf::normaliser
