#include "normaliser/mail/load_state.hpp"

#include <set>
#include <string>
#include <string_view>

#include "normaliser/mail/outcome_types.hpp"
#include "normaliser/users/mail_address.hpp"
#include "normaliser/users/read_suppressions.hpp"

namespace vf::normaliser {

namespace {

constexpr std::string_view select_users =
    "SELECT user_id, project_id, coalesce(email, '') AS email, opted_out, complained, paused,"
    "       paused_until, status"
    " FROM users WHERE user_id = ANY ($1::bigint[])";

constexpr std::string_view select_addressed =
    "SELECT u.user_id, u.project_id, u.email, u.opted_out, u.complained, u.paused,"
    "       u.paused_until, u.status"
    " FROM unnest($1::text[], $2::text[]) AS n (project_id, address)"
    " JOIN users u ON u.project_id = n.project_id AND u.email IS NOT NULL"
    "             AND lower(u.email) = lower(n.address)";

constexpr std::string_view lock_due_marks =
    "SELECT user_id FROM user_due WHERE user_id = ANY ($1::bigint[]) ORDER BY user_id"
    " FOR NO KEY UPDATE";

// Who erases a user waits for us from here on, or is done.
constexpr std::string_view lock_present =
    "SELECT user_id FROM users WHERE user_id = ANY ($1::bigint[]) ORDER BY user_id"
    " FOR KEY SHARE";

constexpr std::string_view select_soft_bounces =
    "SELECT s.project_id, s.address, s.event_id, s.occurred_at"
    " FROM unnest($1::text[], $2::bytea[]) AS n (project_id, address)"
    " JOIN soft_bounces s ON s.project_id = n.project_id AND s.address = n.address";

using addresses = std::set<std::pair<std::string, std::string>>;  // project and address

struct concerned {
    std::set<std::int64_t> matched;
    std::set<std::int64_t> changing;  // of those whose permission may change
    addresses changing_addresses;
    std::set<address_name> bounced;
};

concerned find_concerned(
    const std::vector<mail_notice>& notices, const std::vector<mail_lookup>& found
) {
    concerned all;
    for (std::size_t index = 0; index < notices.size(); ++index) {
        const auto& notice = notices[index];
        const auto match = match_mail(notice, found[index].candidates);
        if (match) {
            all.matched.insert(match->whose.user_id);
        }
        if (!changes_permission(notice)) {
            continue;
        }
        if (match) {
            all.changing.insert(match->whose.user_id);
        }
        if (!notice.address.empty()) {
            all.changing_addresses.emplace(notice.project.text, mail_address_key(notice.address));
            all.bounced.insert(name_of_address(notice.project.text, notice.address));
        }
    }
    return all;
}

void add_users(mail_state& state, const postgres::rows& rows) {
    for (const auto& row : rows) {
        mail_user user{
            .user_id = row.integer("user_id"),
            .project = domain::project_id{row.text("project_id")},
            .email = row.text("email"),
            .permission = {},
            .status = row.text("status"),
        };
        user.permission = {
            .has_email = !user.email.empty(),
            .opted_out = row.boolean("opted_out"),
            .complained = row.boolean("complained"),
            .paused = row.boolean("paused"),
            .paused_until = row.optional_timestamp("paused_until"),
        };
        user.before = user.permission;
        state.users.try_emplace(user.user_id, std::move(user));
    }
}

void load_users(postgres::transaction& tx, mail_state& state, concerned& all) {
    const std::vector<std::int64_t> ids{all.changing.begin(), all.changing.end()};
    if (!ids.empty()) {
        add_users(state, tx.query(select_users, postgres::params{}.integers(ids)));
    }
    for (const auto& [user_id, user] : state.users) {
        if (!user.email.empty()) {
            all.changing_addresses.emplace(user.project.text, mail_address_key(user.email));
        }
    }
    std::vector<std::string> projects, texts;
    for (const auto& [project, address] : all.changing_addresses) {
        projects.push_back(project);
        texts.push_back(address);
    }
    if (!projects.empty()) {
        add_users(
            state, tx.query(select_addressed, postgres::params{}.texts(projects).texts(texts))
        );
    }
}

void lock_users(postgres::transaction& tx, mail_state& state, const concerned& all) {
    std::set<std::int64_t> everybody = all.matched;
    std::vector<std::int64_t> changing;
    for (const auto& [user_id, user] : state.users) {
        changing.push_back(user_id);
        everybody.insert(user_id);
    }
    if (!changing.empty()) {
        tx.query(lock_due_marks, postgres::params{}.integers(changing));
    }
    if (!everybody.empty()) {
        const std::vector<std::int64_t> ids{everybody.begin(), everybody.end()};
        for (const auto& row : tx.query(lock_present, postgres::params{}.integers(ids))) {
            state.present.insert(row.integer("user_id"));
        }
    }
    std::erase_if(state.users, [&](const auto& each) {
        return !state.present.contains(each.first);
    });
}

void load_suppressions(postgres::transaction& tx, mail_state& state, const concerned& all) {
    std::set<address_name> names = all.bounced;
    for (const auto& [project, address] : all.changing_addresses) {
        names.insert(name_of_address(project, address));
    }
    state.suppressions = read_suppressions(tx, {names.begin(), names.end()});
}

void load_soft_bounces(postgres::transaction& tx, mail_state& state, const concerned& all) {
    if (all.bounced.empty()) {
        return;
    }
    std::vector<std::string> projects, digests;
    for (const auto& [project, digest] : all.bounced) {
        projects.push_back(project);
        digests.push_back(digest);
    }
    const auto params = postgres::params{}.texts(projects).byte_strings(digests);
    for (const auto& row : tx.query(select_soft_bounces, params)) {
        state.soft_bounces[{row.text("project_id"), row.bytes("address")}].push_back(
            {row.text("event_id"), row.timestamp("occurred_at")}
        );
    }
}

}  // namespace

mail_state load_state(
    postgres::transaction& tx, const std::vector<mail_notice>& notices,
    const std::vector<mail_lookup>& found
) {
    mail_state state;
    auto all = find_concerned(notices, found);
    load_users(tx, state, all);
    lock_users(tx, state, all);
    load_suppressions(tx, state, all);
    load_soft_bounces(tx, state, all);
    return state;
}

}  // namespace vf::normaliser
