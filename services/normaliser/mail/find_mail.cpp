#include "normaliser/mail/find_mail.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "normaliser/mail/outcome_types.hpp"
#include "normaliser/users/mail_address.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_decided =
    "SELECT o.event_id FROM unnest($1::text[], $2::text[]) AS n (project_id, event_id)"
    " JOIN mail_outcomes o ON o.project_id = n.project_id AND o.event_id = n.event_id";

// A draft of somebody who was erased is there until the evaluator has removed it, and says nothing:
// it counts only with the user it was created for. What a webhook alone says comes last.
constexpr std::string_view select_by_message =
    "SELECT n.place, f.id, u.user_id, u.external_user_id"
    " FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])"
    "      AS n (place, project_id, message_id, rank)"
    " CROSS JOIN LATERAL ("
    "   SELECT d.id, d.user_id, d.created_at, 0 AS trust FROM drafts d"
    "   WHERE d.project_id = n.project_id AND d.message_id = n.message_id"
    "   UNION ALL"
    "   SELECT d.id, d.user_id, d.created_at, 0 FROM draft_actions a"
    "   JOIN drafts d ON d.id = a.draft_id AND d.project_id = a.project_id"
    "   WHERE a.project_id = n.project_id AND a.message_id = n.message_id AND a.action = 'sent'"
    "   UNION ALL"
    "   SELECT d.id, d.user_id, d.created_at, 1 FROM mail_messages m"
    "   JOIN drafts d ON d.id = m.draft_id AND d.project_id = m.project_id"
    "   WHERE m.project_id = n.project_id AND m.message_id = n.message_id) AS f"
    " JOIN users u ON u.user_id = f.user_id"
    " ORDER BY n.place, n.rank, f.trust, f.created_at, f.id";

constexpr std::string_view select_by_draft =
    "SELECT n.place, d.id, u.user_id, u.external_user_id"
    " FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (place, project_id, draft_id)"
    " JOIN drafts d ON d.id = n.draft_id AND d.project_id = n.project_id"
    " JOIN users u ON u.user_id = d.user_id";

constexpr std::string_view select_by_user =
    "SELECT n.place, u.user_id, u.external_user_id"
    " FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])"
    "      AS n (place, project_id, user_id, external_user_id)"
    " CROSS JOIN LATERAL ("
    "   SELECT user_id, external_user_id FROM users"
    "   WHERE user_id = n.user_id AND project_id = n.project_id"
    "   UNION ALL"
    "   SELECT user_id, external_user_id FROM users"
    "   WHERE project_id = n.project_id AND external_user_id = n.external_user_id) AS u";

// Ten users stand for any number. A draft that was created later is of another mail.
constexpr std::string_view select_by_address =
    "SELECT n.place, u.user_id, u.external_user_id, f.fitting, f.first_fitting, f.unsent,"
    "       f.first_unsent, f.last_sent"
    " FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[])"
    "      AS n (place, project_id, address, received_at)"
    " CROSS JOIN LATERAL ("
    "   SELECT user_id, external_user_id FROM users"
    "   WHERE project_id = n.project_id AND email IS NOT NULL AND lower(email) = lower(n.address)"
    "   ORDER BY user_id LIMIT 10) AS u"
    " CROSS JOIN LATERAL ("
    "   SELECT count(*) AS fitting, min(d.id) AS first_fitting,"
    "          count(*) FILTER (WHERE d.sent_at IS NULL) AS unsent,"
    "          min(d.id) FILTER (WHERE d.sent_at IS NULL) AS first_unsent,"
    "          (array_agg(d.id ORDER BY d.sent_at DESC, d.id)"
    "           FILTER (WHERE d.sent_at > n.received_at - interval '30 days'))[1] AS last_sent"
    "   FROM (SELECT d.id,"
    "           coalesce("
    "             (SELECT coalesce(a.sent_at, a.acted_at) FROM draft_actions a"
    "              WHERE a.project_id = d.project_id AND a.draft_id = d.id AND a.action = 'sent'),"
    "             (SELECT min(m.received_at) FROM mail_messages m"
    "              WHERE m.project_id = d.project_id AND m.draft_id = d.id),"
    "             CASE WHEN d.message_id IS NOT NULL THEN d.created_at END) AS sent_at"
    "         FROM drafts d"
    "         WHERE d.project_id = n.project_id AND d.external_user_id = u.external_user_id"
    "           AND d.user_id = u.user_id AND d.created_at <= n.received_at"
    "           AND d.status <> 'cancelled'"
    "           AND NOT EXISTS (SELECT FROM draft_actions c WHERE c.project_id = d.project_id"
    "                           AND c.draft_id = d.id AND c.action = 'cancel')) AS d) AS f"
    " ORDER BY n.place, u.user_id";

// Parallel arrays of one statement.
struct name_lists {
    std::vector<std::int64_t> places;
    std::vector<std::string> projects;
    std::vector<std::string> names;
    std::vector<std::int64_t> ranks;

    void add(std::size_t place, const mail_notice& notice, std::string name, std::int64_t rank) {
        places.push_back(static_cast<std::int64_t>(place));
        projects.push_back(notice.project.text);
        names.push_back(std::move(name));
        ranks.push_back(rank);
    }
};

user_row read_user(const postgres::row& row) {
    return {row.integer("user_id"), domain::external_user_id{row.text("external_user_id")}};
}

std::size_t place_of(const postgres::row& row) {
    return static_cast<std::size_t>(row.integer("place"));
}

std::optional<domain::draft_id> read_draft(const postgres::row& row, std::string_view column) {
    const auto text = row.optional_text(column);
    return text ? std::optional{domain::draft_id{*text}} : std::nullopt;
}

using lookups = std::vector<mail_lookup>;

void find_decided(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, lookups& found
) {
    std::vector<std::string> projects, events;
    std::unordered_map<std::string, std::vector<std::size_t>> places;
    for (std::size_t place = 0; place < notices.size(); ++place) {
        for (const auto type : outcome_types(notices[place])) {
            auto id = outcome_id(notices[place], type).text;
            places[id].push_back(place);
            projects.push_back(notices[place].project.text);
            events.push_back(std::move(id));
        }
    }
    if (events.empty()) {
        return;
    }
    const auto params = postgres::params{}.texts(projects).texts(events);
    for (const auto& row : tx.query(select_decided, params)) {
        const auto id = row.text("event_id");
        for (const auto place : places.at(id)) {
            found[place].decided.insert(id);
        }
    }
}

void find_by_message(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, lookups& found
) {
    name_lists messages;
    for (std::size_t place = 0; place < notices.size(); ++place) {
        std::int64_t rank = 0;
        for (const auto& message : messages_of(notices[place])) {
            messages.add(place, notices[place], message, ++rank);
        }
    }
    if (messages.places.empty()) {
        return;
    }
    const auto params = postgres::params{}
                            .integers(messages.places)
                            .texts(messages.projects)
                            .texts(messages.names)
                            .integers(messages.ranks);
    for (const auto& row : tx.query(select_by_message, params)) {
        auto& first = found[place_of(row)].candidates.by_message;
        if (!first) {
            first = draft_row{domain::draft_id{row.text("id")}, read_user(row)};
        }
    }
}

void find_by_draft(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, lookups& found
) {
    name_lists drafts;
    for (std::size_t place = 0; place < notices.size(); ++place) {
        if (notices[place].draft) {
            drafts.add(place, notices[place], notices[place].draft->text, 0);
        }
    }
    if (drafts.places.empty()) {
        return;
    }
    const auto params =
        postgres::params{}.integers(drafts.places).texts(drafts.projects).texts(drafts.names);
    for (const auto& row : tx.query(select_by_draft, params)) {
        found[place_of(row)].candidates.by_draft =
            draft_row{domain::draft_id{row.text("id")}, read_user(row)};
    }
}

void find_by_user(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, lookups& found
) {
    name_lists users;
    for (std::size_t place = 0; place < notices.size(); ++place) {
        const auto& fact = notices[place].fact;
        if (const auto* click = std::get_if<one_click>(&fact)) {
            users.add(place, notices[place], {}, click->user_id);
        } else if (const auto* decision = std::get_if<operator_decision>(&fact)) {
            users.add(place, notices[place], decision->user.text, 0);
        }
    }
    if (users.places.empty()) {
        return;
    }
    const auto params = postgres::params{}
                            .integers(users.places)
                            .texts(users.projects)
                            .integers(users.ranks)
                            .texts(users.names);
    for (const auto& row : tx.query(select_by_user, params)) {
        found[place_of(row)].candidates.by_user = read_user(row);
    }
}

// Of those that nothing better was found for.
void find_by_address(
    postgres::transaction& tx, const std::vector<mail_notice>& notices, lookups& found
) {
    name_lists addresses;
    std::vector<instant> received_at;
    for (std::size_t place = 0; place < notices.size(); ++place) {
        const auto& candidates = found[place].candidates;
        if (!candidates.by_message && !candidates.by_draft && !notices[place].address.empty()) {
            addresses.add(place, notices[place], mail_address_key(notices[place].address), 0);
            received_at.push_back(notices[place].received_at);
        }
    }
    if (addresses.places.empty()) {
        return;
    }
    const auto params = postgres::params{}
                            .integers(addresses.places)
                            .texts(addresses.projects)
                            .texts(addresses.names)
                            .timestamps(received_at);
    for (const auto& row : tx.query(select_by_address, params)) {
        addressed_user user{.whose = read_user(row)};
        user.drafts.all = static_cast<std::size_t>(row.integer("fitting"));
        user.drafts.without_message = static_cast<std::size_t>(row.integer("unsent"));
        if (user.drafts.all == 1) {
            user.drafts.one = read_draft(row, "first_fitting");
        }
        if (user.drafts.without_message == 1) {
            user.drafts.one_without_message = read_draft(row, "first_unsent");
        }
        user.last_sent = read_draft(row, "last_sent");
        found[place_of(row)].candidates.by_address.push_back(std::move(user));
    }
}

}  // namespace

std::vector<mail_lookup> find_mail(
    postgres::transaction& tx, const std::vector<mail_notice>& notices
) {
    lookups found(notices.size());
    find_decided(tx, notices, found);
    find_by_message(tx, notices, found);
    find_by_draft(tx, notices, found);
    find_by_user(tx, notices, found);
    find_by_address(tx, notices, found);
    return found;
}

}  // namespace vf::normaliser
