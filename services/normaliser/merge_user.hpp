// Several identifies of one user to one patch of its row. Core.
//
// Last writer by time wins, key by key: what is newer than the row (or as new) replaces, null
// clears. What is older than the row only fills what is missing, so that a late identify never
// undoes a newer one. Known traits have columns and are met in camelCase and snake_case; a known
// trait that is an object or array stays in the bag. The bag is merged one level deep.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "change.hpp"

namespace vf::normaliser {

// JSON texts for the store. Columns are named as in the table: email, name, plan, company, role,
// signup_date.
struct user_patch {
    std::string columns{"{}"};  // strings, or null to clear
    std::string traits{"{}"};
    std::string cleared{"[]"};       // names of traits to remove
    std::string fill_columns{"{}"};  // strings, where the row has none
    std::string fill_traits{"{}"};
    instant identified_at{};

    friend bool operator==(const user_patch&, const user_patch&) = default;
};

// At least one change, in order of arrival. `row_at` is the row's identified_at; nothing when there
// is no row.
[[nodiscard]] user_patch merge_user(
    std::span<const user_change* const> changes, std::optional<instant> row_at
);

}  // namespace vf::normaliser
