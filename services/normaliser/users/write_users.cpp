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

    void add(person& of, user_stamps standing) {
        auto patch = merge_user(of.said, std::move(standing));
        of.said = {};
        columns.push_back(std::move(patch.columns));
        traits.push_back(std::move(patch.traits));
        cleared.push_back(std::move(patch.cleared));
        stamps.push_back(std::move(patch.stamps));
        const auto latest = std::ranges::max_element(of.changes, {}, &user_change::at);
        identified_at.push_back(
            latest == of.changes.end() ? std::nullopt : std::optional{(*latest)->at}
        );
    }
};

using standing_stamps = std::unordered_map<std::int64_t, user_stamps>;

standing_stamps read_stamps(postgres::transaction& inside, const std::vector<std::int64_t>& users) {
    standing_stamps found;
    for (const auto& row : inside.query(sql::select_stamps, postgres::params{}.integers(users))) {
        auto stamps = parse_stamps(row.text(1));
        if (!stamps) {
            inside.refuse({failure::permanent, "stamps_unreadable", row.text(0)});
            return found;
        }
        found.emplace(row.integer(0), std::move(*stamps));
    }
    return found;
}

}  // namespace

void insert_users(postgres::transaction& inside, const chosen_people& unknown) {
    if (unknown.empty()) {
        return;
    }
    const auto asked = names_of(unknown);
    std::map<person_name, person*> by_name;
    patch_columns patches;
    for (auto* each : unknown) {
        by_name.emplace(each->first, &each->second);
        patches.add(each->second, {});
    }
    const auto rows = inside.query(
        sql::insert_users, postgres::params{}
                               .texts(asked.projects)
                               .texts(asked.users)
                               .texts(patches.columns)
                               .texts(patches.traits)
                               .texts(patches.stamps)
                               .instants(patches.identified_at)
    );
    std::vector<std::int64_t> ids;
    std::vector<std::string> projects;
    for (const auto& row : rows) {
        const auto project = row.text(0);
        const auto user = row.text(1);
        person& one = *by_name.at({project, user});
        one.user_id = row.integer(2);
        one.is_new = true;
        ids.push_back(*one.user_id);
        projects.push_back(project);
    }
    inside.execute(sql::insert_due, postgres::params{}.integers(ids).texts(projects));
}

void update_users(postgres::transaction& inside, const chosen_people& known) {
    chosen_people told;
    std::ranges::copy_if(known, std::back_inserter(told), [](const auto* each) {
        const person& one = each->second;
        return !one.said.empty() || (!one.is_new && !one.changes.empty());
    });
    if (told.empty()) {
        return;
    }
    auto standing = read_stamps(inside, ids_of(told));
    std::vector<std::int64_t> ids;
    patch_columns patches;
    for (auto* each : told) {
        const auto row = standing.find(*each->second.user_id);
        if (row != standing.end()) {
            ids.push_back(row->first);
            patches.add(each->second, std::move(row->second));
        }
    }
    inside.execute(
        sql::update_users, postgres::params{}
                               .integers(ids)
                               .texts(patches.columns)
                               .texts(patches.traits)
                               .texts(patches.cleared)
                               .texts(patches.stamps)
                               .instants(patches.identified_at)
    );
}

}  // namespace vf::normaliser
