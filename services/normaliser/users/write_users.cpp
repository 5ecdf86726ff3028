#include "normaliser/users/write_users.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/users/read_suppressions.hpp"
#include "normaliser/users/user_rows.hpp"
#include "normaliser/users/user_sql.hpp"
#include "normaliser/users/write_permissions.hpp"

namespace vf::normaliser {

namespace {

// After the lock, so that it is the latest.
constexpr std::string_view select_stamps =
    "SELECT user_id, stamps::text AS stamps, email FROM users WHERE user_id = ANY ($1::bigint[])";

constexpr std::string_view insert_due =
    "INSERT INTO user_due (user_id, project_id, next_eval_at)"
    " SELECT n.user_id, n.project_id, '-infinity'"
    " FROM unnest($1::bigint[], $2::text[]) AS n (user_id, project_id)";

patched_user patch_user(user_updates::value_type& each, user_versions standing) {
    auto& [name, update] = each;
    patched_user patched;
    patched.user_id = update.user_id.value_or(0);
    patched.project = name.first;
    patched.user = name.second;
    patched.patch = merge_user(update.writes, std::move(standing));
    const auto latest = std::ranges::max_element(update.changes, {}, &user_change::seen_at);
    if (latest != update.changes.end()) {
        patched.identified_at = (*latest)->seen_at();
    }
    update.writes = {};
    return patched;
}

struct current_user {
    user_versions versions;
    std::optional<std::string> email;
};

using current_users = std::unordered_map<std::int64_t, current_user>;

current_users read_current(postgres::transaction& tx, const std::vector<std::int64_t>& users) {
    current_users found;
    for (const auto& row : tx.query(select_stamps, postgres::params{}.integers(users))) {
        auto versions = parse_versions(row.text("stamps"));
        if (!versions) {
            tx.refuse({failure::permanent, "stamps_unreadable", row.text("user_id")});
            return found;
        }
        found.emplace(
            row.integer("user_id"), current_user{std::move(*versions), row.optional_text("email")}
        );
    }
    return found;
}

// Of new users nothing but their address can speak against them.
void refresh_suppressed(
    postgres::transaction& tx, const std::vector<std::pair<std::int64_t, address_name>>& addressed,
    instant now
) {
    std::vector<address_name> addresses;
    for (const auto& [user_id, address] : addressed) {
        addresses.push_back(address);
    }
    const auto suppressed = read_suppressions(tx, addresses);
    std::vector<std::int64_t> users;
    for (const auto& [user_id, address] : addressed) {
        if (suppressed.contains(address)) {
            users.push_back(user_id);
        }
    }
    refresh_status(tx, users, now);
}

}  // namespace

void insert_users(postgres::transaction& tx, const selected_users& unknown, instant now) {
    if (unknown.empty()) {
        return;
    }
    std::map<user_name, user_update*> by_name;
    std::vector<patched_user> patched;
    for (auto* each : unknown) {
        by_name.emplace(each->first, &each->second);
        patched.push_back(patch_user(*each, {}));
    }
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects;
    std::vector<std::pair<std::int64_t, address_name>> addressed;
    const auto rows = tx.query(sql::insert_users(), postgres::bind(columns_of_new_user, patched));
    for (const auto& row : rows) {
        const auto project = row.text("project_id");
        const auto user = row.text("external_user_id");
        user_update& one = *by_name.at({project, user});
        one.user_id = row.integer("user_id");
        one.is_new = true;
        ids.push_back(*one.user_id);
        projects.push_back(project);
        if (const auto email = row.optional_text("email")) {
            addressed.emplace_back(*one.user_id, name_of_address(project, *email));
        }
    }
    tx.execute(insert_due, postgres::params{}.integers(ids).texts(projects));
    refresh_suppressed(tx, addressed, now);
}

std::vector<std::int64_t> update_users(postgres::transaction& tx, const selected_users& selection) {
    selected_users changed;
    std::ranges::copy_if(selection, std::back_inserter(changed), [](const auto* each) {
        const user_update& one = each->second;
        return !one.writes.empty() || (!one.is_new && !one.changes.empty());
    });
    if (changed.empty()) {
        return {};
    }
    auto standing = read_current(tx, ids_of(changed));
    std::vector<patched_user> patched;
    std::vector<std::int64_t> moved;  // to another address
    for (auto* each : changed) {
        const auto found = standing.find(*each->second.user_id);
        if (found != standing.end()) {
            patched.push_back(patch_user(*each, std::move(found->second.versions)));
            const auto& email = patched.back().patch.email;
            if (email && *email != found->second.email) {
                moved.push_back(found->first);
            }
        }
    }
    tx.execute(sql::update_users(), postgres::bind(columns_of_changed_user, patched));
    return moved;
}

}  // namespace vf::normaliser
