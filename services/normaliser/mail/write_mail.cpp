#include "normaliser/mail/write_mail.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "vf/postgres/columns.hpp"

namespace vf::normaliser {

namespace {

std::optional<std::string> text_of(const std::optional<domain::draft_id>& draft) {
    return draft ? std::optional{draft->text} : std::nullopt;
}

constexpr postgres::columns<mail_notice, 5> columns_of_notice{{
    {"project_id", "text", [](const mail_notice& notice) { return notice.project.text; }},
    {"event_id", "text", [](const mail_notice& notice) { return notice.id.text; }},
    {"message_id", "text", [](const mail_notice& notice) { return notice.message_id; }},
    {"draft_id", "text", [](const mail_notice& notice) { return text_of(notice.draft); }},
    {"address", "text", [](const mail_notice& notice) { return notice.recipient; }},
}};

// One row a notice. Of several users with one address the one seen last is meant most likely. A
// draft of somebody who was erased is there until the evaluator has removed it, and says nothing.
const std::string& select_candidates() {
    static const std::string statement =
        "SELECT o.event_id IS NOT NULL AS decided,"
        " m.id AS message_draft, m.user_id AS message_user_id, m.external_user_id AS message_user,"
        " d.id AS metadata_draft, d.user_id AS metadata_user_id,"
        " d.external_user_id AS metadata_user,"
        " a.user_id AS address_user_id, a.external_user_id AS address_user"
        " FROM " +
        postgres::unnest(columns_of_notice) + " WITH ORDINALITY AS n (" +
        postgres::names(columns_of_notice) +
        ", place)"
        " LEFT JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id"
        " LEFT JOIN LATERAL (SELECT s.id, s.user_id, s.external_user_id FROM drafts s"
        "                    JOIN users u ON u.user_id = s.user_id"
        "                    WHERE s.project_id = n.project_id AND s.message_id = n.message_id"
        "                    ORDER BY s.created_at, s.id LIMIT 1) AS m ON true"
        " LEFT JOIN (drafts d JOIN users w ON w.user_id = d.user_id)"
        "   ON d.project_id = n.project_id AND d.id = n.draft_id"
        " LEFT JOIN LATERAL (SELECT u.user_id, u.external_user_id FROM users u"
        "                    JOIN user_facts f ON f.user_id = u.user_id"
        "                    WHERE u.project_id = n.project_id AND u.email IS NOT NULL"
        "                      AND lower(u.email) = lower(n.address)"
        "                    ORDER BY f.last_seen_at DESC, u.user_id LIMIT 1) AS a ON true"
        " ORDER BY n.place";
    return statement;
}

constexpr postgres::columns<mail_outcome, 9> columns_of_outcome{{
    {"project_id", "text", [](const mail_outcome& one) { return one.notice.project.text; }},
    {"event_id", "text", [](const mail_outcome& one) { return one.notice.id.text; }},
    {"type", "text", [](const mail_outcome& one) { return one.notice.type; }},
    {"user_id", "bigint", [](const mail_outcome& one) { return one.match.whose.user_id; }},
    {"draft_id", "text", [](const mail_outcome& one) { return text_of(one.match.draft); }},
    {"message_id", "text", [](const mail_outcome& one) { return one.notice.message_id; }},
    {"body", "text", [](const mail_outcome& one) { return one.body; }},
    {"occurred_at", "timestamptz", [](const mail_outcome& one) { return one.notice.occurred_at; }},
    {"received_at", "timestamptz", [](const mail_outcome& one) { return one.notice.received_at; }},
}};

// Of a user who was erased since the decision nothing is written: it is decided again.
const std::string& insert_outcomes() {
    static const std::string statement =
        "INSERT INTO mail_outcomes (" + postgres::names(columns_of_outcome) + ") SELECT n.* FROM " +
        postgres::unnest(columns_of_outcome) + " AS n (" + postgres::names(columns_of_outcome) +
        ")"
        " JOIN users u ON u.user_id = n.user_id"
        " ORDER BY n.project_id, n.event_id FOR KEY SHARE OF u"
        " ON CONFLICT DO NOTHING";
    return statement;
}

constexpr std::string_view select_standing =
    "SELECT o.type, o.body, coalesce(u.external_user_id, '') AS external_user_id, o.received_at"
    " FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (project_id, event_id, place)"
    " JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id"
    " LEFT JOIN users u ON u.user_id = o.user_id"
    " ORDER BY n.place";

std::optional<user_row> read_user(
    const postgres::row& row, std::string_view user_id, std::string_view user
) {
    if (row.is_null(user_id)) {
        return std::nullopt;
    }
    return user_row{row.integer(user_id), domain::external_user_id{row.text(user)}};
}

std::optional<draft_row> read_draft(
    const postgres::row& row, std::string_view draft, std::string_view user_id,
    std::string_view user
) {
    if (row.is_null(draft)) {
        return std::nullopt;
    }
    return draft_row{
        domain::draft_id{row.text(draft)}, row.integer(user_id),
        domain::external_user_id{row.text(user)}
    };
}

mail_candidates read_candidates(const postgres::row& row) {
    return {
        read_draft(row, "message_draft", "message_user_id", "message_user"),
        read_draft(row, "metadata_draft", "metadata_user_id", "metadata_user"),
        read_user(row, "address_user_id", "address_user"),
    };
}

}  // namespace

std::vector<mail_lookup> find_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices
) {
    std::vector<mail_lookup> found;
    const auto rows = tx.query(select_candidates(), postgres::bind(columns_of_notice, notices));
    for (const auto& row : rows) {
        found.push_back({row.boolean("decided"), read_candidates(row)});
    }
    return found;
}

std::vector<stored_mail> store_mail(
    postgres::transaction& tx, const std::vector<mail_outcome>& decided,
    const std::vector<mail_notice>& notices
) {
    if (!decided.empty()) {
        tx.execute(insert_outcomes(), postgres::bind(columns_of_outcome, decided));
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
            {row.text("type"), row.text("body"),
             domain::external_user_id{row.text("external_user_id")}, row.timestamp("received_at")}
        );
    }
    if (standing.size() != notices.size()) {
        tx.refuse({failure::transient, "mail_outcome_missing", {}});
    }
    return standing;
}

}  // namespace vf::normaliser
