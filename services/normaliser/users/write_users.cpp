#include "normaliser/users/write_users.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "normaliser/users/merge_user.hpp"
#include "normaliser/users/user_sql.hpp"

namespace vf::normaliser {

namespace {

struct patch_columns {
    std::vector<std::string> columns, traits, cleared, stamps;
    std::vector<std::optional<instant>> identified_at;

    void add(user_update& update, user_versions standing) {
        auto patch = merge_user(update.writes, std::move(standing));
        update.writes = {};
        columns.push_back(std::move(patch.columns));
        traits.push_back(std::move(patch.traits));
        cleared.push_back(std::move(patch.cleared));
        stamps.push_back(std::move(patch.stamps));
        const auto latest =
            std::ranges::max_element(update.changes, {}, &user_change::effective_at);
        identified_at.push_back(
            latest == update.changes.end() ? std::nullopt : std::optional{(*latest)->effective_at}
        );
    }
};

using current_versions = std::unordered_map<std::int64_t, user_versions>;

current_versions read_versions(postgres::transaction& tx, const std::vector<std::int64_t>& users) {
    current_versions found;
    for (const auto& row : tx.query(sql::select_stamps, postgres::params{}.integers(users))) {
        auto stamps = parse_versions(row.text(1));
        if (!stamps) {
            tx.refuse({failure::permanent, "stamps_unreadable", row.text(0)});
            return found;
        }
        found.emplace(row.integer(0), std::move(*stamps));
    }
    return found;
}

}  // namespace

void insert_users(postgres::transaction& tx, const selected_users& unknown) {
    if (unknown.empty()) {
        return;
    }
    const auto columns = name_columns_of(unknown);
    std::map<user_name, user_update*> by_name;
    patch_columns patches;
    for (auto* each : unknown) {
        by_name.emplace(each->first, &each->second);
        patches.add(each->second, {});
    }
    const auto rows = tx.query(
        sql::insert_users, postgres::params{}
                               .texts(columns.projects)
                               .texts(columns.users)
                               .texts(patches.columns)
                               .texts(patches.traits)
                               .texts(patches.stamps)
                               .timestamps(patches.identified_at)
    );
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects;
    for (const auto& row : rows) {
        const auto project = row.text(0);
        const auto user = row.text(1);
        user_update& one = *by_name.at({project, user});
        one.user_id = row.integer(2);
        one.is_new = true;
        ids.push_back(*one.user_id);
        projects.push_back(project);
    }
    tx.execute(sql::insert_due, postgres::params{}.integers(ids).texts(projects));
}

void update_users(postgres::transaction& tx, const selected_users& selection) {
    selected_users chosen_people;
    std::ranges::copy_if(selection, std::back_inserter(chosen_people), [](const auto* each) {
        const user_update& one = each->second;
        return !one.writes.empty() || (!one.is_new && !one.changes.empty());
    });
    if (chosen_people.empty()) {
        return;
    }
    auto standing = read_versions(tx, ids_of(chosen_people));
    std::vector<std::int64_t> ids;
    patch_columns patches;
    for (auto* each : chosen_people) {
        const auto row = standing.find(*each->second.user_id);
        if (row != standing.end()) {
            ids.push_back(row->first);
            patches.add(each->second, std::move(row->second));
        }
    }
    tx.execute(
        sql::update_users, postgres::params{}
                               .integers(ids)
                               .texts(patches.columns)
                               .texts(patches.traits)
                               .texts(patches.cleared)
                               .texts(patches.stamps)
                               .timestamps(patches.identified_at)
    );
}

}  // namespace vf::normaliser
